// Every chart once, and again with input at the edges of what makes sense: for tests that hold for all of them.
import * as tf from "@tensorflow/tfjs";
import { fromArrays } from "../../../lib/data/index.js";
import type { Chart } from "../../../lib/plot/chart.js";
import {
  channelStatistics,
  classBalance,
  confusionMatrix,
  type EpochRow,
  embedding,
  gradientHistograms,
  histogram,
  learningRateRange,
  line,
  lossCurve,
  modelGraph,
  rocCurve,
  scatter,
  weightHistograms,
} from "../../../lib/plot/index.js";

/** From 0 to 1, the same every time. */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

export function matrixOf(classes: number, samples = 100): number[][] {
  const random = noise(classes);
  return Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes }, (_, j) => {
      if (i === j) return Math.floor(samples * (0.7 + 0.3 * random()));
      return random() < 0.3 ? Math.floor(samples * 0.06 * random()) : 0;
    }),
  );
}

export function epochsOf(count: number): EpochRow[] {
  const random = noise(3);
  return Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    loss: 2.3 * Math.exp(-i / 6) + 0.02 * random(),
    accuracy: 1 - 0.9 * Math.exp(-i / 6),
    valLoss: 2.3 * Math.exp(-i / 6) + 0.1 + 0.0015 * i * i,
    valAccuracy: 0.95 - 0.9 * Math.exp(-i / 6),
    learningRate: 1e-3 * 0.5 ** Math.floor(i / 10),
    seconds: 1.25,
    imagesPerSecond: 3456,
  }));
}

export function rocOf(points: number, bend = 0.3): { fpr: number[]; tpr: number[]; thresholds: number[] } {
  const fpr = Array.from({ length: points }, (_, i) => i / (points - 1));
  const thresholds = fpr.map((rate, i) => (i === 0 ? Number.POSITIVE_INFINITY : 1 - rate));
  return { fpr, tpr: fpr.map((rate) => rate ** bend), thresholds };
}

/** About normally distributed. */
export function bell(count: number, seed: number, mean = 0): number[] {
  const random = noise(seed);
  return Array.from({ length: count }, () => mean + random() + random() + random() + random() - 2);
}

/** From 0 to 1, another brightness in each channel. */
export function pixels(shape: [number, number, number, number]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = bell(size, 9).map((value, i) => 1 / (1 + Math.exp(-2 * value - 0.6 * (i % shape[3]))));
  return tf.tensor4d(values, shape);
}

/** Of five numbers, about three centres. */
function vectors(count: number): number[][] {
  const values = bell(count * 5, 4);
  return Array.from({ length: count }, (_, i) =>
    values.slice(5 * i, 5 * i + 5).map((value, j) => value + (i % 3 === j ? 4 : 0)),
  );
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `class number ${i}`);
const steps = (count: number) => {
  const random = noise(5);
  return Array.from({ length: count }, (_, i) => ({
    epoch: i / 100,
    loss: 2 / (1 + i / 50) + 0.2 * random(),
    learningRate: 1e-3,
  }));
};
const rates = Array.from({ length: 90 }, (_, i) => 1e-6 * 10 ** (i / 14));
const losses = rates.map((_, i) => 2.3 - 1.8 / (1 + Math.exp((50 - i) / 6)) + (i > 80 ? Math.exp((i - 80) / 3) : 0));

/** Two by two, with shortcuts. */
const layers = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    name: i % 2 ? `dense_Dense${i}` : `layer with a name ${i}`,
    type: i % 2 ? "Dense" : "Concatenate",
    outputShapes: [[null, 8, 1000 + i]],
    parameters: i % 2 ? 10 ** (i % 7) : 0,
    from: [i - 1, i - 3]
      .filter((place) => place >= 0 && i % 2 === 0)
      .map((place) => `dense_Dense${place}`)
      .concat(i % 2 ? [`layer with a name ${i - 1}`] : []),
  }));

export const gallery: Record<string, () => Chart> = {
  "confusion matrix": () => confusionMatrix(matrixOf(10), { classNames: names(10), normalize: "true" }),
  "confusion matrix, 1 class, empty": () => confusionMatrix([[0]]),
  "confusion matrix, 2 classes": () => confusionMatrix(matrixOf(2, 500), { classNames: ["healthy", "ill"] }),
  "confusion matrix, constant": () => confusionMatrix([1, 2, 3].map(() => [5, 5, 5])),
  "confusion matrix, large counts": () => confusionMatrix(matrixOf(10, 1e7)),
  "confusion matrix, names in Chinese": () => confusionMatrix(matrixOf(2, 9), { classNames: ["猫", "狗"] }),
  "confusion matrix, names that begin alike": () =>
    confusionMatrix(matrixOf(4), {
      classNames: ["north", "south", "east", "west"].map((end) => `a name that goes on and on, and ends in ${end}`),
    }),
  "confusion matrix, shares given": () =>
    confusionMatrix([
      [0.9, 0.1],
      [0.25, 0.75],
    ]),
  "confusion matrix, 25 classes": () => confusionMatrix(matrixOf(25), { normalize: "pred" }),
  "confusion matrix, 100 classes": () =>
    confusionMatrix(matrixOf(100, 300), { classNames: names(100), normalize: "all" }),
  "confusion matrix, 100 classes, shares given everywhere": () =>
    confusionMatrix(
      matrixOf(100).map((row, i) => row.map((_, j) => (i === j ? 0.505 : 0.495 / (99 + 0.01 * ((i * j) % 7))))),
    ),
  "loss curve": () => lossCurve({ epochs: epochsOf(30) }),
  "loss curve, one epoch": () => lossCurve(epochsOf(1)),
  "loss curve, training only, NaN": () =>
    lossCurve([
      { epoch: 1, loss: Number.NaN },
      { epoch: 2, loss: 0.5 },
      { epoch: 3, loss: 0.4 },
    ]),
  "loss curve, constant": () => lossCurve([1, 2, 3].map((epoch) => ({ epoch, loss: 1, valLoss: 1 }))),
  "loss curve, 5000 epochs": () => lossCurve(epochsOf(5000)),
  "loss curve, 500 epochs of 3 more metrics, 399 steps": () =>
    lossCurve(
      epochsOf(500).map((row) => ({ ...row, f1Score: 0.5, valF1Score: 0.45, top3: 0.9, valTop3: 0.8, recall: 0.3 })),
      { steps: steps(399).map((row, i) => ({ ...row, epoch: 1.25 * i })) },
    ),
  "loss curve, 100,000 epochs": () => lossCurve(epochsOf(100_000)),
  "loss curve, 20 metrics": () =>
    lossCurve(
      epochsOf(40).map((row, i) => ({ ...row, ...Object.fromEntries(names(20).map((name, m) => [name, i * m])) })),
    ),
  "loss curve, steps": () => lossCurve(epochsOf(2), { steps: steps(250), subtitle: "epoch 3 of 10" }),
  "loss curve, 100,000 steps": () => lossCurve([], { steps: steps(100_000) }),
  "learning-rate range": () =>
    learningRateRange({ learningRates: rates, losses, smoothedLosses: losses, suggestion: 3e-3 }),
  "learning-rate range, one point": () => learningRateRange({ learningRates: [1e-3], losses: [2] }),
  "learning-rate range, constant": () => learningRateRange({ learningRates: [1e-3, 1e-2], losses: [2, 2] }),
  "learning-rate range, diverging": () =>
    learningRateRange({ learningRates: [1e-3, 1e-2, 1e-1], losses: [2, 1, Number.NaN], suggestion: 1e-3 }),
  "learning-rate range, 100,000 points": () =>
    learningRateRange({
      learningRates: Float64Array.from({ length: 100_000 }, (_, i) => 1e-7 * 10 ** (i / 15_000)),
      losses: bell(100_000, 6, 3),
      smoothedLosses: Float64Array.from({ length: 100_000 }, (_, i) => 3 - Math.sin(i / 30_000)),
      suggestion: 1e-4,
    }),
  "ROC curve": () => rocCurve(rocOf(300)),
  "ROC curve, two points": () => rocCurve({ fpr: [0, 1], tpr: [0, 1] }),
  "ROC curves by class, 100,000 points": () => rocCurve({ cat: rocOf(100_000), dog: rocOf(50, 0.6) }),
  "class balance": () =>
    classBalance([120, 80, 95], { classNames: ["cat", "dog", "a very, very long name of a class"] }),
  "class balance, empty": () => classBalance({ classNames: ["a", "b"], labels: [] }),
  "class balance, 100 classes": () => classBalance(Array.from({ length: 100 }, (_, i) => Math.floor(1e5 * 0.97 ** i))),
  "class balance, 100,000 labels of 100 classes": () => {
    const random = noise(8);
    return classBalance({
      classNames: names(100),
      labels: Uint8Array.from({ length: 100_000 }, () => Math.floor(100 * random() ** 2)),
    });
  },
  "class balance, constant": () => classBalance([4, 4, 4]),
  "class balance, one class": () => classBalance([7]),
  "class balance, names in Chinese": () => classBalance([12, 30], { classNames: ["猫", "狗"] }),
  histogram: () => histogram(bell(2000, 1), { title: "Weights of the first layer", xTitle: "weight" }),
  "histogram, one value": () => histogram([3]),
  "histogram, constant": () => histogram(new Float32Array(50).fill(-0.1)),
  "histogram, NaN and infinity": () => histogram([Number.NaN, 1, 2, 2, Number.POSITIVE_INFINITY]),
  "histogram, two series, 100,000 values": () =>
    histogram({ train: bell(100_000, 1), "a test set": bell(500, 2, 1) }, { density: true }),
  "histogram, 200 bins of 7 series": () =>
    histogram(Object.fromEntries(names(7).map((name, i) => [name, bell(1000, i, i)])), { bins: 200 }),
  line: () => line({ train: bell(30, 1, 2), validation: bell(30, 2, 3) }, { xTitle: "epoch", yTitle: "loss" }),
  "line, one point": () => line([1]),
  "line, constant, a gap": () => line([2, 2, Number.NaN, 2, 2], { x: [1, 2, 3, 4, 5] }),
  "line, 7 series": () => line(Object.fromEntries(names(7).map((name, i) => [name, bell(40, i + 1, i)]))),
  "line, 100,000 points": () => line(bell(100_000, 3)),
  scatter: () =>
    scatter(bell(200, 1), bell(200, 2), {
      labels: bell(200, 3).map((value) => (value < 0 ? "below" : "above")),
      xTitle: "first component",
      yTitle: "second component",
    }),
  "scatter, one point": () => scatter([0], [1e-7]),
  "scatter, constant": () => scatter([1, 1, 1], [2, 2, 2]),
  "scatter, NaN": () => scatter([0, 1, Number.NaN], [5, 5, 5]),
  "scatter, 100,000 points, 100 classes": () =>
    scatter(bell(100_000, 1), bell(100_000, 2), { labels: Array.from({ length: 100_000 }, (_, i) => i % 100) }),
  "channel statistics": () => channelStatistics(pixels([20, 16, 16, 3])),
  "channel statistics, constant, grey": () => channelStatistics(tf.fill([1, 4, 4, 1], 3)),
  "channel statistics, 7 channels": () => channelStatistics(pixels([2, 8, 8, 7])),
  "model graph": () => modelGraph({ name: "net", layers: layers(5) }),
  "model graph, one layer": () => modelGraph({ name: "net", layers: layers(1) }),
  "model graph, 300 layers": () =>
    modelGraph({ name: "a name that is much longer than its graph is wide", layers: layers(300) }),
  "model graph, 3,000 layers": () => modelGraph({ name: "deep", layers: layers(3000) }),
  "channel statistics, one pixel, NaN": () => channelStatistics(tf.tensor4d([0.5, Number.NaN], [1, 1, 2, 1])),
  "channel statistics, 100,000 images": () => {
    const images = Uint8Array.from({ length: 100_000 * 64 }, (_, i) => (i * i) % 251);
    return channelStatistics(fromArrays({ images, shape: [8, 8, 1], labels: new Uint8Array(100_000) }), {
      count: 100_000,
    });
  },
  embedding: () => embedding(vectors(60), { labels: names(60).map((_, i) => i % 3) }),
  "embedding, two samples, the same": () => embedding(tf.ones([2, 2])),
  "embedding, 100,000 samples of 100 classes": () =>
    embedding(tf.tensor2d(bell(500_000, 4), [100_000, 5]), { labels: names(100_000).map((_, i) => i % 100) }),
  "embedding, 2,000 noisy pictures": () =>
    embedding(vectors(2000), { labels: names(2000).map((_, i) => i % 10), images: pixels([2000, 24, 24, 1]) }),
  "weight histograms": () =>
    weightHistograms({
      "conv/kernel": tf.tensor(bell(500, 1), [500]),
      "conv/bias": tf.zeros([16]),
      "a_block/of_many_layers/dense_with_a_long_name/kernel": tf.tensor2d(bell(600, 2, 1e-7), [30, 20]),
      "dense/bias": tf.fill([3], Number.NaN),
    }),
  "weight histograms, 900 tensors": () =>
    weightHistograms(
      Object.fromEntries(
        Array.from({ length: 900 }, (_, i) => [`stage_${i % 4}/block_${i}/conv/kernel`, tf.tensor1d(bell(100, i + 1))]),
      ),
    ),
  "gradient histograms, 40 tensors": () =>
    gradientHistograms(Object.fromEntries(names(40).map((name, i) => [name, tf.tensor1d(bell(2000, i))]))),
  "gradient histograms, constant, NaN": () =>
    gradientHistograms({
      zeros: tf.zeros([20]),
      some: tf.tensor1d([1, 2, Number.NaN]),
      none: tf.fill([2], Number.NaN),
    }),
  "gradient histograms, one": () => gradientHistograms({ x: tf.scalar(1) }),
};
