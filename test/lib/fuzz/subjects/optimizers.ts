// The fuzz table's losses and optimizers; an optimizer makes one update.
import * as tf from "@tensorflow/tfjs";
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";

const use = (optimizer: ml.optimizers.Optimizer) => {
  return tf.tidy(() => {
    const weights = [tf.tensor1d([1, -2, 3]), tf.ones([2, 2])];
    const gradients = [tf.tensor1d([0.1, 0.2, 0]), tf.ones([2, 2])];
    const scalars = Object.fromEntries(
      Object.entries({ ...optimizer.hyperparameters, learningRate: optimizer.learningRate, step: 1 }).map(
        ([name, value]) => [name, tf.scalar(value)],
      ),
    ) as ml.optimizers.OptimizerScalars;
    const { variables } = optimizer.update(gradients, optimizer.init(weights), weights, scalars);
    return variables.map((variable) => Array.from(variable.dataSync()));
  });
};

const logits = () => tf.tensor2d([1, -2, 0.5, 3, 0, -1, 2, 2, 1, 0, 0, 5], [4, 3]);

const ofLosses: readonly Subject[] = [
  {
    name: "ml.losses.crossEntropy",
    args: () => [tf.tensor1d([0, 2, 1, 1], "int32"), logits(), { labelSmoothing: 0.1, classWeights: [1, 0.5, 2] }],
  },
  { name: "ml.losses.crossEntropy", args: () => [tf.softmax(logits()), logits(), { classWeights: [1, 0, 2] }] },
  { name: "ml.losses.binaryCrossEntropy", args: () => [tf.ones([4, 3]), logits(), { positiveWeight: 2 }] },
  { name: "ml.losses.huber", args: () => [tf.ones([4, 3]), logits(), { delta: 0.5 }] },
  { name: "ml.losses.meanAbsoluteError", args: () => [tf.ones([4, 3]), logits()] },
  { name: "ml.losses.meanSquaredError", args: () => [tf.ones([4, 3]), logits()] },
];

const common = { learningRate: 0.1, epsilon: 1e-8, weightDecay: 0.01 };

const ofOptimizers: readonly Subject[] = [
  { name: "ml.optimizers.adagrad", args: () => [{ ...common, learningRateDecay: 0.1, initialAccumulator: 0.1 }], use },
  { name: "ml.optimizers.adam", args: () => [{ ...common, beta1: 0.9, beta2: 0.99, amsgrad: true }], use },
  { name: "ml.optimizers.adamW", args: () => [{ ...common, beta1: 0.9, beta2: 0.99, amsgrad: false }], use },
  { name: "ml.optimizers.rmsprop", args: () => [{ ...common, rho: 0.9, momentum: 0.9, centered: true }], use },
  {
    name: "ml.optimizers.sgd",
    args: () => [{ learningRate: 0.1, momentum: 0.9, dampening: 0, nesterov: true, weightDecay: 0.1 }],
    use,
  },
  { name: "ml.optimizers.clipByNorm", args: () => [ml.optimizers.adam(), 1], use, fixed: ["init", "update"] },
  { name: "ml.optimizers.clipByValue", args: () => [ml.optimizers.sgd(), 0.5], use, fixed: ["init", "update"] },
  { name: "ml.optimizers.keepZeros", args: () => [ml.optimizers.adam()], use, fixed: ["init", "update"] },
];

const inFloat32 = (subject: Subject): Subject => ({ ...subject, float32: true });

export const losses = ofLosses.map(inFloat32);
export const optimizers = ofOptimizers.map(inFloat32);
