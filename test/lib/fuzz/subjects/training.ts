// The fuzz table's models, training, callbacks and tests of models.
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";
import { placeOf } from "./data.js";

const net = () =>
  tf.sequential({
    layers: [tf.layers.dense({ inputShape: [2], units: 4, activation: "relu" }), tf.layers.dense({ units: 3 })],
  });

const inputs = () => tf.tensor2d([0.1, 1, -1, 0.5, 2, -0.3, 0, 1], [4, 2]);

const rows = [
  [1, 2],
  [2, 1],
  [0, 0],
  [1, 1],
  [3, 0],
  [0, 3],
];

const batches = () => [
  { xs: inputs(), ys: tf.tensor1d([0, 1, 2, 1], "int32") },
  { xs: inputs(), ys: tf.tensor1d([2, 1, 0, 0], "int32") },
];

/** One output, yes or no; and the three classes as Keras's users have them. */
const yesOrNo = (activation: "linear" | "sigmoid") => () =>
  tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 1, activation })] });

const ofProbabilities = () =>
  tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 3, activation: "softmax" })] });

const answers = () => [
  { xs: inputs(), ys: tf.tensor1d([0, 1, 1, 1], "int32") },
  { xs: inputs(), ys: tf.tensor1d([1, 1, 0, 0], "int32") },
];

const epoch = (logs: Record<string, number>) => ({
  epoch: 1,
  loss: 1,
  learningRate: 0.1,
  seconds: 1,
  imagesPerSecond: 1,
  ...logs,
});

/** Three epochs, as fit() would tell them. */
const told = async (callback: ml.callbacks.Callback) => {
  const model = net();
  const view = { model, epochs: 3, batches: 2, rows: [], checkpoint: () => undefined as never };
  try {
    await callback.begin?.(view);
    const wishes = [];
    for (const valLoss of [1, 2, 0.5]) wishes.push(await callback.afterEpoch?.(1, epoch({ valLoss }), view));
    return wishes;
  } finally {
    // fit() takes over and disposes what is wished for.
    const wish = await callback.end?.(new ml.History([], "eager"));
    if (typeof wish === "object") tf.dispose([...(wish.weights ?? [])]);
    model.dispose();
  }
};

const square = (variable: tf.Variable) => () => tf.tidy(() => variable.square().sum().asScalar());

export const training: readonly Subject[] = [
  { name: "ml.models.lenet5", args: () => [{ inputShape: [12, 12, 1], classes: 3, seed: 1 }], runs: 60 },
  {
    name: "ml.models.mlp",
    args: () => [{ inputShape: [2, 3], hidden: [4], classes: 3, dropout: 0.1, l2: 0.1, seed: 1 }],
    runs: 60,
  },
  {
    name: "ml.models.resnet",
    args: () => [{ inputShape: [8, 8, 1], classes: 2, blocks: [1, 1], filters: 2, seed: 1 }],
    runs: 60,
  },
  { name: "ml.summary", args: () => [net(), { inputShape: [2] }] },
  {
    name: "ml.fit",
    args: () => [
      net(),
      {
        train: batches(),
        validation: batches(),
        epochs: 2,
        loss: "crossEntropy",
        metrics: ["accuracy"],
        optimizer: ml.optimizers.sgd({ learningRate: 0.1 }),
        schedule: ml.schedules.stepLR({ stepSize: 1 }),
        clipNorm: 1,
        clipValue: 1,
        accumulateGradBatches: 2,
        callbacks: [ml.callbacks.earlyStopping({ patience: 2 })],
        seed: 1,
        mode: "eager",
      },
    ],
    // Years of epochs are what was asked for.
    fixed: ["epochs", "init", "update", "begin", "afterEpoch", "end"],
    runs: 80,
  },
  {
    name: "ml.fit",
    args: () => [
      net(),
      {
        train: batches(),
        epochs: 2,
        loss: { name: "crossEntropy", labelSmoothing: 0.1, classWeights: [1, 2, 0.5] },
        schedule: (count: number) => 0.1 / (1 + count),
        metrics: ["accuracy", "rocAuc", ml.metrics.streaming.fBeta({ beta: 2, average: "macro" }).named("f2")],
        mode: "eager",
      },
    ],
    fixed: ["epochs"],
    runs: 60,
  },
  ...([yesOrNo("linear"), yesOrNo("sigmoid"), ofProbabilities] as const).flatMap((make, i): Subject[] => {
    const data = i < 2 ? answers : batches;
    const loss = i < 2 ? "binaryCrossEntropy" : "crossEntropy";
    const train = { epochs: 2, loss, metrics: ["accuracy"], mode: "eager" };
    return [
      {
        name: "ml.fit",
        args: () => [make(), { ...train, train: data(), validation: data() }],
        fixed: ["epochs"],
        runs: 40,
      },
      { name: "ml.evaluate", args: () => [make(), data(), { seed: 1 }], runs: 30 },
    ];
  }),
  // The default loss is for several classes.
  { name: "ml.fit", args: () => [yesOrNo("linear")(), { train: answers(), epochs: 1 }], refused: true, runs: 10 },
  {
    name: "ml.crossValidate",
    args: () => [
      net,
      ml.data.fromArrays({ features: rows, labels: [0, 1, 2, 0, 1, 2] }),
      { folds: 2, stratify: true, epochs: 1, batchSize: 2, workers: 0, keepModels: false, seed: 1, mode: "eager" },
    ],
    // Years of epochs are what was asked for.
    fixed: ["workers", "epochs"],
    runs: 40,
  },
  {
    name: "ml.findLearningRate",
    args: () => [
      net(),
      {
        train: batches(),
        loss: "crossEntropy",
        optimizer: ml.optimizers.sgd(),
        clipNorm: 1,
        clipValue: 1,
        minimum: 1e-4,
        maximum: 1,
        steps: 6,
        smoothing: 0.9,
        divergence: 4,
        seed: 1,
        mode: "eager",
      },
    ],
    fixed: ["steps", "init", "update"],
    runs: 60,
  },
  { name: "ml.evaluate", args: () => [net(), batches(), { classNames: ["a", "b", "c"], seed: 1 }], runs: 60 },
  { name: "ml.predict", args: () => [net(), inputs(), { batchSize: 3 }] },
  { name: "ml.predict", args: () => [net(), batches()] },
  { name: "ml.callbacks.checkpoint", args: () => ["runs/fuzz", { every: 2 }] },
  { name: "ml.callbacks.livePlot", args: () => [{ title: "Run" }] },
  { name: "ml.callbacks.csvLog", args: () => ["runs/fuzz.csv"] },
  {
    name: "ml.callbacks.earlyStopping",
    args: () => [{ monitor: "valLoss", patience: 1, minDelta: 0.1, mode: "min", restoreBest: true }],
    use: told,
  },
  {
    name: "ml.callbacks.progress",
    args: () => [{ write: () => undefined, interval: 10 }],
    use: told,
    fixed: ["write"],
  },
  {
    name: "ml.testing.expectNoTensorLeak",
    args: () => [() => 1, { warmUp: 1, runs: 2 }],
    // A thousand million calls are what was asked for.
    fixed: ["warmUp", "runs"],
  },
  {
    name: "ml.testing.gradientCheck",
    args: () => {
      const variable = tf.variable(tf.tensor1d([1, -2, 3]));
      return [
        square(variable),
        [variable],
        { samples: 2, relativeTolerance: 0.01, absoluteTolerance: 1e-4, throws: true },
      ];
    },
    runs: 60,
  },
  {
    name: "ml.testing.goldenPredictions",
    args: () => [
      (images: tf.Tensor) => tf.tidy(() => images.flatten().reshape([images.shape[0] ?? 0, -1])),
      tf.ones([3, 4, 4, 2]),
      placeOf("golden.json"),
      { update: true, absoluteTolerance: 0.1, relativeTolerance: 0.1, batchSize: 2, threshold: 0.5 },
    ],
    fixed: ["2"],
    // Where CI runs the tests, no golden file is written.
    refused: Boolean(process.env.CI),
    runs: 60,
  },
  {
    name: "ml.testing.invariance",
    args: () => [
      (images: tf.Tensor) => tf.tidy(() => images.flatten().reshape([images.shape[0] ?? 0, -1])),
      tf.ones([3, 4, 4, 2]),
      ml.transforms.randomHorizontalFlip(),
      { batchSize: 2, threshold: 0.5 },
    ],
  },
  {
    name: "ml.testing.direction",
    args: () => [
      (images: tf.Tensor) => tf.tidy(() => images.flatten().reshape([images.shape[0] ?? 0, -1])),
      tf.ones([3, 4, 4, 2]),
      ml.transforms.randomHorizontalFlip(),
      { expect: "increase", tolerance: 0.5, labels: [0, 1, 31], batchSize: 2 },
    ],
  },
  {
    name: "ml.testing.minimumFunctionality",
    args: () => [
      (images: tf.Tensor) => tf.tidy(() => images.flatten().reshape([images.shape[0] ?? 0, -1])),
      tf.ones([3, 4, 4, 2]),
      [0, 1, 2],
      { batchSize: 2, threshold: 0.5 },
    ],
  },
  {
    name: "ml.testing.boundaryInputs",
    args: () => [(images: tf.Tensor) => tf.mul(images, 2), { inputShape: [2, 3], range: [-1, 1] }],
    // Inputs are as large as they are asked for.
    fixed: ["inputShape"],
    runs: 60,
  },
  {
    name: "ml.testing.wrongInputs",
    args: () => [
      (images: tf.Tensor) => tf.mul(images, 2),
      { inputShape: [2, 3], range: [-1, 1], more: { text: "seven" } },
    ],
    fixed: ["inputShape"],
    runs: 60,
  },
  {
    name: "ml.testing.latencyBudget",
    args: () => [() => 1, { median: 1000, p95: 1000, p99: 1000, runs: 2, warmUp: 1 }],
    fixed: ["median", "p95", "p99", "runs", "warmUp"],
    runs: 60,
  },
];
