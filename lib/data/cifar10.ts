// CIFAR-10 in its binary format, from a directory or the network.
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkOptions, invalid } from "../engine/invalid.js";
import { Dataset, sharedBytes } from "./dataset.js";
import { checkDownload, checkMd5, type DownloadOptions, download, md5Of } from "./download.js";
import { checkParts, drawnParts, type PartOptions, partOptions, type TrainAndTest } from "./train-and-test.js";
import { untar } from "./untar.js";

const ARCHIVE = "cifar-10-binary.tar.gz";
const FOLDER = "cifar-10-batches-bin";
const ADDRESS = `https://www.cs.toronto.edu/~kriz/${ARCHIVE}`;
const MD5 = "c32a1d4ab5d03f1284b67883e8d87530";
const PLANE = 32 * 32;
const RECORD = 1 + 3 * PLANE;
const TRAIN = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
const TEST = ["test_batch.bin"];
const CLASS_NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

export interface Cifar10Options extends DownloadOptions, PartOptions {
  /** Where the files are, or go; "data/cifar-10" by default. */
  readonly directory?: string;
  /** Fetch what is missing (170 MB); false by default. */
  readonly download?: boolean;
  /** Another place that has the archive. */
  readonly url?: string;
  /** The archive's MD5, where it is another one than the original's. */
  readonly md5?: string;
}

/**
 * 60,000 photographs [32, 32, 3] of ten classes, uint8 (Krizhevsky, "Learning multiple layers of features from tiny images",
 * 2009; https://www.cs.toronto.edu/~kriz/cifar.html). `directory` holds the files of the binary version, in it or in its
 * `cifar-10-batches-bin`, or the archive.
 * @throws when files are missing and may not or cannot be downloaded, or are not CIFAR-10's
 */
export async function cifar10(options: Cifar10Options = {}): Promise<TrainAndTest> {
  checkOptions("options", options, ["directory", "download", "url", "md5", "onProgress", "signal", ...partOptions]);
  checkParts(options, { train: 50_000, test: 10_000 });
  const { directory = "data/cifar-10", url = ADDRESS, md5 = MD5 } = options;
  checkDownload(directory, options.download, url, options);
  checkMd5("md5", md5);
  let folder = await findFiles(directory);
  if (folder === undefined) {
    const archive = join(directory, ARCHIVE);
    if (options.download) await download(url, archive, md5, options);
    else await checkArchive(directory, archive, md5);
    await unpack(archive, join(directory, FOLDER));
    folder = await findFiles(directory);
    if (folder === undefined) throw invalid("archive", `the six files of CIFAR-10's binary version`, archive);
  }
  const [train, test] = [await readBatches(folder, TRAIN), await readBatches(folder, TEST)];
  return drawnParts({ train, test, classNames: CLASS_NAMES }, options);
}

/** An archive that somebody put there may have been cut, or be another one. */
async function checkArchive(directory: string, archive: string, md5: string): Promise<void> {
  const found = await md5Of(archive);
  const files = `CIFAR-10's ${TRAIN[0]} … ${TEST[0]} or ${ARCHIVE} (download: true fetches it)`;
  if (found === undefined) throw invalid("directory", files, directory);
  if (found !== md5.toLowerCase()) throw invalid(archive, `MD5 ${md5} (download: true fetches it anew)`, found);
}

async function findFiles(directory: string): Promise<string | undefined> {
  for (const folder of [directory, join(directory, FOLDER)]) {
    const found = await Promise.all([...TRAIN, ...TEST].map((name) => exists(join(folder, name))));
    if (found.every(Boolean)) return folder;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function unpack(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = new Set([...TRAIN, ...TEST]);
  for await (const { name, contents } of untar(archive)) {
    const file = name.slice(name.lastIndexOf("/") + 1);
    if (!wanted.has(file)) continue;
    // Whole files only, should the process end while it writes.
    await writeFile(join(folder, `${file}.part`), contents);
    await rename(join(folder, `${file}.part`), join(folder, file));
  }
}

/** Records of one label byte and three planes, red, green and blue, row by row. */
async function readBatches(folder: string, names: readonly string[]): Promise<Dataset> {
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  const count = files.reduce((sum, file) => sum + Math.floor(file.length / RECORD), 0);
  const values = sharedBytes(count * 3 * PLANE);
  const labels = new Int32Array(new SharedArrayBuffer(count * 4));
  let image = 0;
  files.forEach((file, i) => {
    const path = join(folder, names[i] ?? "");
    if (file.length === 0 || file.length % RECORD !== 0) {
      throw invalid(path, `records of ${RECORD} bytes`, `${file.length} bytes`);
    }
    for (let start = 0; start < file.length; start += RECORD, image++) {
      const label = file[start] ?? 255;
      if (label > 9) throw invalid(path, `a label from 0 to 9 at byte ${start}`, label);
      labels[image] = label;
      for (let pixel = 0, to = image * 3 * PLANE, from = start + 1; pixel < PLANE; pixel++, from++) {
        values[to++] = file[from] ?? 0;
        values[to++] = file[from + PLANE] ?? 0;
        values[to++] = file[from + 2 * PLANE] ?? 0;
      }
    }
  });
  return new Dataset({ values, labels, shape: [32, 32, 3], classNames: CLASS_NAMES });
}
