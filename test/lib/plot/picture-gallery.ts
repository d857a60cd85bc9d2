// Every kind of picture once, and again with input at the edges of what makes sense: a part of the gallery.
import * as tf from "@tensorflow/tfjs";
import { fromArrays } from "../../../lib/data/index.js";
import {
  augmentations,
  featureMaps,
  filters,
  gradCam,
  type ImageSamples,
  imageGrid,
  misclassified,
  type Picture,
  topLosses,
} from "../../../lib/plot/index.js";
import { compose, randomCrop, randomHorizontalFlip } from "../../../lib/transforms/index.js";
import { predictionsOf } from "./evaluation-gallery.js";
import { noise, pixels } from "./gallery.js";

const classNames = ["automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck", "airplane"];

/** Something with edges, areas and a gradient, another for each number, from 0 to 1. */
function shapes(count: number, side: number, channels: 1 | 3): tf.Tensor4D {
  const random = noise(side + channels);
  const values = new Float32Array(count * side * side * channels);
  for (let i = 0, at = 0; i < count; i++) {
    const [x0, y0, radius] = [random(), random(), 0.2 + 0.2 * random()];
    const color = [random(), random(), random()];
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        for (let c = 0; c < channels; c++) {
          const isInside = Math.hypot(x / side - x0, y / side - y0) < radius;
          values[at++] = isInside ? (color[c] ?? 0) : (0.8 * (x + y * (c + 1))) / (4 * side);
        }
  }
  return tf.tensor4d(values, [count, side, side, channels]);
}

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, i) => (i * 7) % 251);
const manyImages = () =>
  fromArrays({ images: bytes(100_000 * 64), shape: [8, 8, 1], labels: bytes(100_000).map((i) => i % 10), classNames });
const labels = (count: number) => Array.from({ length: count }, (_, i) => classNames[i % 10] ?? "");

/** Without labels, which would have to be those of the predictions. */
const unlabelled = (samples: ImageSamples): ImageSamples => ({
  length: samples.length,
  shape: samples.shape,
  get: (i) => ({ values: samples.get(i).values }),
});

/** Two convolutions and a classifier, the same every time. */
function net(): tf.Sequential {
  const weights = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
  const [first, second] = [
    { filters: 6, kernelSize: 5, activation: "relu", name: "edges" } as const,
    { filters: 16, kernelSize: 5, activation: "relu", name: "parts" } as const,
  ];
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ ...first, inputShape: [32, 32, 1], ...weights(1) }),
      tf.layers.maxPooling2d({ poolSize: 2, name: "smaller" }),
      tf.layers.conv2d({ ...second, ...weights(2) }),
      tf.layers.flatten({ name: "flat" }),
      tf.layers.dense({ units: 3, activation: "softmax", name: "class", ...weights(3) }),
    ],
  });
}

/** Every weight is 0.5. */
function constantNet(): tf.Sequential {
  const same = { kernelInitializer: tf.initializers.constant({ value: 0.5 }) };
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 1, kernelSize: 3, inputShape: [8, 8, 1], name: "same", ...same }),
      tf.layers.flatten({ name: "same_flat" }),
      tf.layers.dense({ units: 2, activation: "softmax", name: "same_class", ...same }),
    ],
  });
}

function largeNet(): tf.Sequential {
  const layer = (filters: number, seed: number) =>
    ({
      filters,
      kernelSize: 3,
      strides: 2,
      activation: "relu",
      kernelInitializer: tf.initializers.heNormal({ seed }),
    }) as const;
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ ...layer(32, 1), inputShape: [256, 256, 3], name: "first" }),
      tf.layers.conv2d({ ...layer(64, 2), name: "second" }),
      tf.layers.globalAveragePooling2d({ name: "mean" }),
      tf.layers.dense({
        units: 100,
        activation: "softmax",
        name: "hundred",
        kernelInitializer: tf.initializers.heNormal({ seed: 3 }),
      }),
    ],
  });
}

export const pictureGallery: Record<string, () => Picture> = {
  "image grid": () => imageGrid(shapes(32, 28, 1), { labels: labels(32), title: "Samples" }),
  "image grid, in colour": () => imageGrid(shapes(32, 32, 3), { labels: labels(32) }),
  "image grid, one image": () => imageGrid(shapes(1, 200, 3)),
  "image grid, constant": () => imageGrid(tf.fill([2, 8, 8, 1], 3)),
  "image grid, one pixel": () => imageGrid(tf.ones([1, 1, 1, 3]), { labels: ["white"] }),
  "image grid, wide images, names in Chinese": () =>
    imageGrid(tf.tile(shapes(3, 20, 3), [1, 1, 5, 1]), {
      labels: ["猫", "狗", "a name that is much too long for its place"],
    }),
  "image grid, 200 images of noise": () =>
    imageGrid(tf.randomUniform([200, 128, 128, 1], 0, 1, "float32", 1), { count: 200, labels: labels(200) }),
  "image grid, 100,000 images": () => imageGrid(manyImages()),
  misclassified: () => misclassified(shapes(60, 24, 3), { ...predictionsOf(60, 10), classNames }),
  "misclassified, one sample": () => misclassified(shapes(1, 16, 1), { yTrue: [1], probabilities: [[0.9, 0.1]] }),
  "misclassified, constant, 100 classes": () =>
    misclassified(tf.ones([100, 8, 8, 1]), {
      yTrue: Array.from({ length: 100 }, (_, i) => i),
      probabilities: Array.from({ length: 100 }, () => new Array<number>(100).fill(0.01)),
    }),
  "misclassified, none": () =>
    misclassified(shapes(1, 8, 1), { yTrue: [1], probabilities: [0.75], classNames: ["cat", "dog"] }),
  "misclassified, 100,000 samples": () =>
    misclassified(unlabelled(manyImages()), { ...predictionsOf(100_000, 10), classNames }, { count: 60 }),
  "top losses": () => topLosses(shapes(40, 28, 1), predictionsOf(40, 10), { count: 12 }),
  "top losses, one sample, constant": () =>
    topLosses(tf.ones([1, 8, 8, 1]), { yTrue: [1], probabilities: [[0.5, 0.5]] }),
  "top losses, 100 classes": () => topLosses(shapes(200, 16, 1), predictionsOf(200, 100)),
  "top losses, 100,000 samples": () =>
    topLosses(unlabelled(manyImages()), { ...predictionsOf(100_000, 10), classNames }),
  augmentations: () =>
    augmentations(shapes(4, 32, 3), compose([randomCrop(32, { padding: 4 }), randomHorizontalFlip()])),
  "augmentations, one image, constant": () => augmentations(tf.fill([1, 8, 8, 1], 0.5), randomCrop(8, { padding: 2 })),
  "augmentations, 100,000 images": () => augmentations(manyImages(), randomHorizontalFlip(), { count: 3 }),
  "augmentations, to another size": () => augmentations(shapes(2, 32, 3), randomCrop([16, 24]), { copies: 2 }),
  filters: () => filters(net()),
  "filters, constant, a single one": () => filters(constantNet(), { layer: "same" }),
  "feature maps, constant": () => featureMaps(constantNet(), tf.ones([1, 8, 8, 1]), { layer: "same" }),
  "Grad-CAM, one image, constant": () => gradCam(constantNet(), tf.ones([1, 8, 8, 1]), { layer: "same" }),
  "filters, 64 of 32 channels": () => filters(largeNet(), { layer: "second" }),
  "feature maps of a large image": () => featureMaps(largeNet(), shapes(1, 256, 3), { layer: "second" }),
  "Grad-CAM of a large image": () => gradCam(largeNet(), shapes(2, 256, 3), { layer: "second" }),
  "filters of a deeper layer": () => filters(net(), { layer: "parts" }),
  "feature maps": () => featureMaps(net(), shapes(1, 32, 1)),
  "feature maps, 0 everywhere": () => featureMaps(net(), tf.zeros([32, 32, 1])),
  "Grad-CAM": () => gradCam(net(), shapes(3, 32, 1), { classNames: ["cat", "dog", "owl"] }),
  "image grid, as normalized": () => imageGrid(tf.sub(pixels([12, 24, 24, 3]), 0.5)),
};
