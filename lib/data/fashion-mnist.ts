// Fashion-MNIST: IDX files from a directory, from Debian's package, or from the network.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { checkOptions, invalid } from "../engine/invalid.js";
import { Dataset, sharedBytes } from "./dataset.js";
import { checkDownload, checkMd5, type DownloadOptions, download } from "./download.js";
import { readIdx } from "./idx.js";
import { checkParts, drawnParts, type PartOptions, partOptions, type TrainAndTest } from "./train-and-test.js";

const ADDRESS = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
/** Where Debian and Ubuntu put the package dataset-fashion-mnist. */
const DEBIAN = "/usr/share/datasets/fashion-mnist";
const MD5 = {
  "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
  "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
  "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
  "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
};
type FileName = keyof typeof MD5;
const CLASS_NAMES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

export interface FashionMnistOptions extends DownloadOptions, PartOptions {
  /** Where the IDX files are, gzipped or not, or go; by default "data/fashion-mnist", else where Debian's package puts them. */
  readonly directory?: string;
  /** Fetch what is missing (31 MB); false by default. */
  readonly download?: boolean;
  /** Another place that has the four .gz files; ends with a slash. */
  readonly url?: string;
  /** MD5s of .gz files that are others than the originals, by name: { "train-images-idx3-ubyte": "…" }. */
  readonly md5?: Readonly<Partial<Record<FileName, string>>>;
}

/**
 * 60,000 and 10,000 grey pictures of clothes [28, 28, 1], uint8, ten classes (Xiao, Rasul, Vollgraf, "Fashion-MNIST: a novel
 * image dataset for benchmarking machine learning algorithms", 2017, arXiv 1708.07747).
 * @throws when files are missing and may not or cannot be downloaded, or are no IDX files
 */
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<TrainAndTest> {
  checkOptions("options", options, ["directory", "download", "url", "md5", "onProgress", "signal", ...partOptions]);
  checkParts(options, { train: 60_000, test: 10_000 });
  const { directory = "data/fashion-mnist", url = ADDRESS } = options;
  checkDownload(directory, options.download, url, options);
  const { md5 = {} } = options;
  checkOptions("md5", md5, Object.keys(MD5));
  for (const [name, value] of Object.entries(md5)) if (value !== undefined) checkMd5(`md5 of ${name}`, value);
  const places = options.directory === undefined ? [directory, DEBIAN] : [directory];
  const path = async (name: FileName) => {
    for (const place of places) {
      for (const file of [join(place, `${name}.gz`), join(place, name)]) {
        if ((await stat(file).catch(() => undefined))?.isFile()) return file;
      }
    }
    if (!options.download) {
      const advice = "download: true fetches it, apt install dataset-fashion-mnist too";
      throw invalid("directory", `Fashion-MNIST's ${name}.gz (${advice})`, directory);
    }
    const file = join(directory, `${name}.gz`);
    await download(new URL(`${name}.gz`, url).href, file, md5[name] ?? MD5[name], options);
    return file;
  };
  const train = await readPart(await path("train-images-idx3-ubyte"), await path("train-labels-idx1-ubyte"));
  const test = await readPart(await path("t10k-images-idx3-ubyte"), await path("t10k-labels-idx1-ubyte"));
  return drawnParts({ train, test, classNames: CLASS_NAMES }, options);
}

async function readPart(imagesPath: string, labelsPath: string): Promise<Dataset> {
  const [images, labels] = await Promise.all([readIdx(imagesPath), readIdx(labelsPath)]);
  const [count, height, width] = images.shape;
  if (images.shape.length !== 3 || count === undefined || height === undefined || width === undefined) {
    throw invalid(imagesPath, "[images, height, width]", images.shape);
  }
  if (labels.shape.length !== 1 || labels.values.length !== count) {
    throw invalid(labelsPath, `${count} labels, as many as images`, labels.shape);
  }
  const wrong = labels.values.findIndex((label) => label >= CLASS_NAMES.length);
  if (wrong >= 0) throw invalid(labelsPath, `labels from 0 to 9 (number ${wrong})`, labels.values[wrong]);
  const values = sharedBytes(images.values.length);
  values.set(images.values);
  return new Dataset({
    values,
    labels: Int32Array.from(labels.values),
    shape: [height, width, 1],
    classNames: CLASS_NAMES,
  });
}
