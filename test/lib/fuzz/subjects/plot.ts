// The fuzz table's charts.
import * as tf from "@tensorflow/tfjs";
import { randomHorizontalFlip } from "../../../../lib/transforms/index.js";
import type { Subject } from "../subject.js";

const epochs = [
  { epoch: 1, loss: 2, valLoss: 2.2, accuracy: 0.5, learningRate: 0.1 },
  { epoch: 2, loss: 1, valLoss: 1.5, accuracy: 0.7, learningRate: 0.01 },
];
const steps = [
  { step: 1, epoch: 1, loss: 2, learningRate: 0.1 },
  { step: 2, epoch: 1, loss: 1.5, learningRate: 0.1 },
];
const layers = [
  { name: "in", type: "InputLayer", outputShapes: [[null, 4]], parameters: 0, from: [] },
  { name: "out", type: "Dense", outputShapes: [[null, 2]], parameters: 10, from: ["in"] },
];
const titles = { title: "A title", subtitle: "and more" };
const curve = { fpr: [0, 0.5, 1], tpr: [0, 0.8, 1], thresholds: [Number.POSITIVE_INFINITY, 0.5, 0.1] };
const precisionAndRecall = { precision: [0.5, 0.8, 1], recall: [1, 0.5, 0], thresholds: [0.1, 0.5] };
const evaluation = {
  yTrue: [0, 1, 2, 1],
  yPred: [0, 1, 1, 1],
  probabilities: [
    [0.8, 0.1, 0.1],
    [0.2, 0.7, 0.1],
    [0.1, 0.6, 0.3],
    [0.3, 0.5, 0.2],
  ],
  classNames: ["cat", "dog", "owl"],
};

/** A net with a convolution. */
function inspected(): tf.Sequential {
  const conv = tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [4, 4, 1], name: "looked_at" });
  return tf.sequential({ layers: [conv, tf.layers.flatten(), tf.layers.dense({ units: 2 })] });
}

/** What is drawn, as it goes to the reader. */
const use = (chart: { spec?: unknown; text: string }) => [JSON.parse(JSON.stringify(chart.spec ?? {})), chart.text];

export const plot: readonly Subject[] = [
  { name: "ml.plot.lossCurve", args: () => [epochs, { steps, ...titles }], use },
  { name: "ml.plot.lossCurve", args: () => [{ sgd: epochs, adam: { epochs } }, titles], use },
  { name: "ml.plot.modelGraph", args: () => [{ name: "net", layers }, { title: "Net" }], use },
  { name: "ml.plot.rocCurve", args: () => [curve, { title: "ROC" }], use },
  { name: "ml.plot.rocCurve", args: () => [{ cat: curve, dog: curve }, { title: "ROC" }], use },
  { name: "ml.plot.rocCurve", args: () => [evaluation, { title: "ROC" }], use },
  {
    name: "ml.plot.calibration",
    args: () => [
      { probTrue: [0.1, 0.6], probPred: [0.2, 0.8], counts: [5, 4] },
      { bins: 4, strategy: "uniform", title: "Sure" },
    ],
    use,
  },
  { name: "ml.plot.calibration", args: () => [evaluation, { bins: 4, strategy: "quantile", title: "Sure" }], use },
  { name: "ml.plot.bars", args: () => [evaluation, { sort: "ascending", label: "score", title: "Classes" }], use },
  {
    name: "ml.plot.bars",
    args: () => [
      { cat: 1, dog: 2 },
      { sort: "ascending", label: "n", title: "Pets" },
    ],
    use,
  },
  {
    name: "ml.plot.metricTable",
    args: () => [evaluation, { resamples: 20, confidence: 0.9, seed: 1, title: "Scores" }],
    use,
  },
  {
    name: "ml.plot.table",
    args: () => [
      [
        { run: "a", loss: 1 },
        { run: "b", loss: 2 },
      ],
      { columns: ["run"], sort: "loss", order: "descending", count: 3, title: "Runs" },
    ],
    use,
  },
  {
    name: "ml.plot.misclassified",
    args: () => [tf.ones([4, 4, 4, 1]), evaluation, { count: 2, columns: 2, title: "Wrong" }],
    // The evaluation is no options; it is changed where it stands first.
    fixed: ["1"],
    use,
  },
  {
    name: "ml.plot.topLosses",
    args: () => [tf.ones([4, 4, 4, 1]), evaluation, { count: 2, columns: 2, title: "Hard" }],
    // The evaluation is no options; it is changed where it stands first.
    fixed: ["1"],
    use,
  },
  { name: "ml.plot.thresholds", args: () => [evaluation, { posLabel: "dog", title: "At" }], use },
  { name: "ml.plot.thresholds", args: () => [evaluation, { title: "At" }], use },
  { name: "ml.plot.precisionRecall", args: () => [precisionAndRecall, { title: "PR" }], use },
  { name: "ml.plot.precisionRecall", args: () => [{ cat: precisionAndRecall }, { title: "PR" }], use },
  { name: "ml.plot.precisionRecall", args: () => [evaluation, { title: "PR" }], use },
  {
    name: "ml.plot.confusionMatrix",
    args: () => [
      [
        [5, 1],
        [2, 7],
      ],
      { classNames: ["no", "yes"], normalize: "true", title: "Errors" },
    ],
    use,
  },
  { name: "ml.plot.classBalance", args: () => [[5, 3], { classNames: ["no", "yes"], title: "Classes" }], use },
  {
    name: "ml.plot.learningRateRange",
    args: () => [
      { learningRates: [1e-3, 1e-2, 1e-1], losses: [2, 1, 3], smoothedLosses: [2, 1.2, 2], suggestion: 1e-2 },
      { title: "Rates" },
    ],
    use,
  },
  {
    name: "ml.plot.imageGrid",
    args: () => [tf.ones([3, 4, 4, 1]), { labels: ["a", "b", "c"], count: 2, columns: 2, title: "x" }],
    use,
  },
  {
    name: "ml.plot.histogram",
    args: () => [[1, 2, 2.5, 4], { bins: 3, range: [0, 5], density: true, title: "h", xTitle: "value" }],
    use,
  },
  { name: "ml.plot.histogram", args: () => [{ train: tf.tensor([1, 2]), test: [1] }, {}], use },
  { name: "ml.plot.line", args: () => [[1, 3, 2], { x: [0, 1, 4], title: "l", xTitle: "x", yTitle: "y" }], use },
  { name: "ml.plot.line", args: () => [{ train: [1, 2], test: [2, 3] }, { title: "l" }], use },
  {
    name: "ml.plot.scatter",
    args: () => [[1, 2, 3], [3, 1, 2], { labels: ["a", "b", "a"], title: "s", xTitle: "x", yTitle: "y" }],
    use,
  },
  {
    name: "ml.plot.augmentations",
    args: () => [tf.ones([3, 4, 4, 1]), randomHorizontalFlip(), { count: 2, copies: 2, seed: 1, title: "x" }],
    use,
    runs: 50,
  },
  { name: "ml.plot.channelStatistics", args: () => [tf.ones([3, 4, 4, 1]), { count: 2, title: "x" }], use },
  { name: "ml.plot.weightHistograms", args: () => [inspected(), { title: "x" }], use, runs: 20 },
  { name: "ml.plot.weightHistograms", args: () => [{ kernel: tf.ones([2, 2]) }, { title: "x" }], use },
  { name: "ml.plot.gradientHistograms", args: () => [{ kernel: tf.ones([2, 2]) }, { title: "x" }], use },
  { name: "ml.plot.filters", args: () => [inspected(), { layer: "looked_at", count: 2, title: "x" }], use, runs: 20 },
  {
    name: "ml.plot.featureMaps",
    args: () => [inspected(), tf.ones([4, 4, 1]), { layer: "looked_at", count: 2, title: "x" }],
    use,
    runs: 20,
  },
  {
    name: "ml.plot.gradCam",
    args: () => [
      inspected(),
      tf.ones([2, 4, 4, 1]),
      { layer: "looked_at", classes: [0, 1], classNames: ["a", "b"], title: "x" },
    ],
    use,
    runs: 20,
  },
  {
    name: "ml.plot.embedding",
    args: () => [
      [
        [1, 2, 3],
        [3, 1, 5],
        [0, 0, 1],
      ],
      {
        method: "pca",
        labels: ["a", "b", "a"],
        images: tf.ones([3, 4, 4, 1]),
        count: 3,
        neighbors: 2,
        seed: 1,
        title: "x",
      },
    ],
    use,
    runs: 50,
  },
];
