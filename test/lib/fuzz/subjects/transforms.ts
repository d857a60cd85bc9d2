// The fuzz table's transforms; each is applied to a tensor of bytes and to one of numbers in [0, 1], and comes back from JSON.
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";

const pixels = Array.from({ length: 2 * 6 * 7 * 3 }, (_, i) => (i * 37) % 256);

const use = (transform: ml.transforms.Transform) => {
  const again = ml.transforms.fromJSON(JSON.stringify(transform));
  const bytes = tf.tensor4d(pixels, [2, 6, 7, 3], "int32");
  const units = tf.tidy(() => bytes.cast("float32").div(255));
  try {
    const wanted = ["normalize", "mixup", "compose"].includes(transform.name) ? [units] : [bytes, units];
    return wanted.map((input) => {
      const made = again.apply(input, 5);
      const values = made.dataSync();
      made.dispose();
      return values;
    });
  } finally {
    tf.dispose([bytes, units]);
  }
};

const { compose, normalize, randomHorizontalFlip, resize, toTensor } = ml.transforms;

export const transforms: readonly Subject[] = [
  { name: "ml.transforms.centerCrop", args: () => [[4, 5]], use },
  {
    name: "ml.transforms.colorJitter",
    args: () => [{ brightness: 0.2, contrast: [0.5, 1.5], saturation: 0.3, hue: [-0.1, 0.2] }],
    use,
  },
  { name: "ml.transforms.compose", args: () => [[resize(4), toTensor(), normalize([0.5], [0.5])]], use },
  { name: "ml.transforms.cutout", args: () => [{ size: 3, count: 2, fill: 7 }], use },
  {
    name: "ml.transforms.fromJSON",
    args: () => [{ transform: "pad", padding: [1, 2], fill: 3, paddingMode: "constant" }],
    use,
  },
  { name: "ml.transforms.fromJSON", args: () => [JSON.stringify(compose([resize(4), randomHorizontalFlip()]))], use },
  { name: "ml.transforms.grayscale", args: () => [{ channels: 3 }], use },
  { name: "ml.transforms.mixup", args: () => [{ alpha: 0.4, classes: 3 }], use },
  {
    name: "ml.transforms.normalize",
    args: () => [
      [0.5, 0.4, 0.3],
      [0.2, 0.2, 0.2],
    ],
    use,
  },
  { name: "ml.transforms.pad", args: () => [[1, 2, 0, 1], { fill: 3, paddingMode: "reflect" }], use },
  {
    name: "ml.transforms.randomCrop",
    args: () => [[4, 5], { padding: 1, padIfNeeded: true, fill: 1, paddingMode: "edge" }],
    use,
  },
  {
    name: "ml.transforms.randomErasing",
    args: () => [{ probability: 1, scale: [0.1, 0.3], ratio: [0.5, 2], fill: 9 }],
    use,
  },
  { name: "ml.transforms.randomHorizontalFlip", args: () => [{ probability: 0.7 }], use },
  { name: "ml.transforms.randomVerticalFlip", args: () => [{ probability: 0.7 }], use },
  {
    name: "ml.transforms.randomResizedCrop",
    args: () => [[4, 4], { scale: [0.2, 1], ratio: [0.8, 1.2], interpolation: "bilinear" }],
    use,
  },
  { name: "ml.transforms.randomRotation", args: () => [[-20, 20], { interpolation: "nearest", fill: 2 }], use },
  { name: "ml.transforms.resize", args: () => [[4, 5], { interpolation: "bicubic", antialias: true }], use },
  { name: "ml.transforms.toTensor", args: () => [], use },
  // The images themselves.
  {
    name: "ml.transforms.resize",
    args: () => [4, {}, tf.ones([2, 6, 7, 3]), 3],
    use: (transform: ml.transforms.Transform, [, , input, seed]: readonly unknown[]) =>
      transform.apply(input as tf.Tensor, seed as number),
    fixed: ["0", "1"],
  },
];
