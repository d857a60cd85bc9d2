// The fuzz table's data sets, splits and loader. What is read from files is read from a folder of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";

/** Of the well-known data sets. */
const parts = { train: 10, test: 5, seed: 1 };
/** Nothing answers there. */
const nowhere = "http://127.0.0.1:9/";

let folder = "";

/** Pictures and a table to read. */
export async function writeFiles(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), "cellgrad-fuzz-"));
  writeFileSync(join(folder, "t.csv"), "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n");
  for (const name of ["cat", "dog"]) {
    mkdirSync(join(folder, "pictures", name), { recursive: true });
    const picture = sharp({ create: { width: 5, height: 4, channels: 3, background: "#123456" } });
    await picture.png().toFile(join(folder, "pictures", name, "1.png"));
  }
}

/** A path in the folder that is removed at the end. */
export function placeOf(name: string): string {
  return join(folder, name);
}

export function removeFiles(): void {
  rmSync(folder, { recursive: true, force: true });
}

const values = () => Uint8Array.from({ length: 12 * 4 }, (_, i) => i);
const labels = Int32Array.from({ length: 12 }, (_, i) => i % 3);

const dataset = () => ml.data.fromArrays({ images: values(), labels, shape: [2, 2, 1], classNames: ["a", "b", "c"] });

const lengths = (parts: readonly ml.data.Dataset[]) => parts.map(({ length }) => length);

const read = async (loader: ml.data.Loader) => {
  const batches: unknown[] = [];
  for await (const { xs, ys } of loader) {
    batches.push([xs.shape, xs.dataSync(), ys.dataSync()]);
    tf.dispose([xs, ys]);
  }
  return batches;
};

const twoParts = ({ train, test }: ml.data.Fold & { test: ml.data.Dataset }) => lengths([train, test]);

export const data: readonly Subject[] = [
  {
    name: "ml.data.fromArrays",
    args: () => [{ images: [...values()], labels: [...labels], shape: [2, 2, 1], classNames: ["a", "b", "c"] }],
    use: (made: ml.data.Dataset) => [...made],
  },
  {
    name: "ml.data.fromArrays",
    args: () => [
      {
        features: [
          [1, 2],
          [3, 4],
        ],
        targets: [0.5, 1.5],
        featureNames: ["x", "y"],
      },
    ],
    use: (made: ml.data.Dataset) => [...made],
  },
  {
    name: "ml.data.Dataset",
    args: () => [{ values: values(), labels, shape: [2, 2, 1], classNames: ["a", "b", "c"], featureNames: [] }],
    use: (made: ml.data.Dataset) => [[...made], made.classCounts],
  },
  // The methods of a data set and of a loader.
  {
    name: "ml.data.Dataset",
    args: () => [dataset(), undefined, 3, [1, 2]],
    use: (made: ml.data.Dataset, [, , i, indices]: readonly unknown[]) => [
      made.get(i as number),
      [...made.subset(indices as number[])],
    ],
    fixed: ["0", "1"],
  },
  {
    name: "ml.data.Dataset",
    args: () => [dataset(), undefined, 3],
    use: (made: ml.data.Dataset, [, , i]: readonly unknown[]) => made.toPNG(i as number),
    fixed: ["0", "1"],
  },
  {
    name: "ml.data.loader",
    args: () => [dataset(), { batchSize: 5 }, 2],
    use: (made: ml.data.Loader, [, , epoch]: readonly unknown[]) => [
      made.order(epoch as number),
      made.epoch(epoch as number),
    ],
    fixed: ["0", "1"],
  },
  {
    name: "ml.data.loader",
    args: () => [
      dataset(),
      {
        batchSize: 5,
        shuffle: true,
        seed: 3,
        transform: ml.transforms.compose([ml.transforms.resize(3), ml.transforms.toTensor()]),
        workers: 0,
        dropLast: true,
        prefetch: 2,
        signal: new AbortController().signal,
      },
    ],
    use: read,
    // Threads take their time to start; the loader's own tests have them.
    fixed: ["workers"],
  },
  {
    name: "ml.data.split",
    args: () => [dataset(), [0.5, 0.5], { seed: 1, stratify: true, shuffle: true }],
    use: lengths,
  },
  {
    name: "ml.data.kFold",
    args: () => [dataset(), { folds: 3, seed: 1, stratify: true, shuffle: true, groups: [...labels, 9].slice(1) }],
    use: (folds: readonly ml.data.Fold[]) => folds.map(({ train, validation }) => lengths([train, validation])),
  },
  { name: "ml.data.mnist", args: () => [{ train: 20, test: 5, seed: 1 }], use: twoParts, runs: 30 },
  {
    name: "ml.data.csv",
    args: () => [
      join(folder, "t.csv"),
      { label: "kind", features: ["a", "b"], classNames: ["x", "y"], separator: ",", columns: undefined },
    ],
    use: (made: ml.data.Dataset) => [...made],
  },
  { name: "ml.data.csv", args: () => [join(folder, "t.csv"), { target: "a", features: ["b"] }] },
  { name: "ml.data.imageFolder", args: () => [join(folder, "pictures"), { size: [3, 3], channels: 3 }], runs: 30 },
  {
    name: "ml.data.cifar10",
    refused: true,
    args: () => [{ directory: join(folder, "none"), download: false, url: nowhere, md5: "0".repeat(32), ...parts }],
    runs: 30,
    fixed: ["url"],
  },
  {
    name: "ml.data.fashionMnist",
    refused: true,
    // Without a directory it reads all 70,000 pictures where Debian's package is installed.
    seconds: 10,
    args: () => [
      {
        ...{ directory: join(folder, "none"), download: false, url: nowhere, ...parts },
        md5: { "train-images-idx3-ubyte": "0".repeat(32) },
      },
    ],
    runs: 30,
    fixed: ["url"],
  },
];
