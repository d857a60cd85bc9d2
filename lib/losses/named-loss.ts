// Losses by name, with their options where they have some: `fit({ loss: "crossEntropy" })`, `fit({ loss: { name: "crossEntropy",
// labelSmoothing: 0.1 } })`. A checkpoint can hold them. Read by training.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import { type BinaryCrossEntropyOptions, binaryCrossEntropy } from "./binary-cross-entropy.js";
import { type CrossEntropyOptions, crossEntropy } from "./cross-entropy.js";
import type { LossFunction } from "./loss.js";
import { type HuberOptions, huber, meanAbsoluteError, meanSquaredError } from "./regression.js";

type WithOptions = (yTrue: tf.Tensor, yPred: tf.Tensor, options?: object) => tf.Scalar;

const losses = {
  crossEntropy,
  binaryCrossEntropy: forColumns(binaryCrossEntropy),
  meanSquaredError: forColumns(withoutOptions(meanSquaredError)),
  meanAbsoluteError: forColumns(withoutOptions(meanAbsoluteError)),
  huber: forColumns(huber),
} satisfies Record<string, WithOptions>;

/** The losses that have a name. */
export type LossName = keyof typeof losses;

/** A loss by name with the options of the function of that name. */
export type NamedLoss =
  | ({ readonly name: "crossEntropy" } & CrossEntropyOptions)
  | ({ readonly name: "binaryCrossEntropy" } & BinaryCrossEntropyOptions)
  | ({ readonly name: "huber" } & HuberOptions)
  | { readonly name: "meanSquaredError" | "meanAbsoluteError" };

/** What `loss` may be wherever a model is trained. */
export type LossChoice = LossName | NamedLoss | LossFunction;

/**
 * A model that ends in `dense(1)` answers [batch, 1], and a data set's targets are [batch]: by name, as in Keras, the one means the other.
 * The functions themselves stay strict.
 */
function forColumns(loss: WithOptions): WithOptions {
  return (yTrue, yPred, options) => {
    if (!isColumnOf(yPred.shape, yTrue.shape) && !isColumnOf(yTrue.shape, yPred.shape))
      return loss(yTrue, yPred, options);
    return tf.tidy(() => loss(yTrue.reshape(yPred.shape), yPred, options));
  };
}

function withoutOptions(loss: LossFunction): WithOptions {
  return (yTrue, yPred, options = {}) => {
    const [option] = Object.keys(options);
    if (option !== undefined) throw invalid("loss", "no options for this one", option);
    return loss(yTrue, yPred);
  };
}

function isColumnOf(column: readonly number[], vector: readonly number[]): boolean {
  return column.length === vector.length + 1 && column.join() === [...vector, 1].join();
}

/** @throws when there is no loss of this name, with the names that there are; its options are checked when it is called. */
export function namedLoss(loss: LossChoice): LossFunction {
  if (typeof loss === "function") return loss;
  const { name, ...options } = typeof loss === "object" && loss !== null ? loss : { name: loss };
  if (typeof name !== "string" || !Object.hasOwn(losses, name))
    throw invalid("loss", `a function, or one of ${Object.keys(losses).join(", ")}, or { name, …its options }`, loss);
  const found: WithOptions = losses[name];
  return Object.keys(options).length ? (yTrue, yPred) => found(yTrue, yPred, options) : found;
}

/** Whether it works on scores, as they are before a softmax or sigmoid. */
export function takesScores(loss: LossChoice): boolean {
  return isOfClasses(loss) || isOfYesAndNo(loss);
}

/** Whether what is true is a yes or no a number. */
export function isOfYesAndNo(loss: LossChoice): boolean {
  const name = typeof loss === "object" && loss !== null ? loss.name : loss;
  return name === "binaryCrossEntropy" || name === binaryCrossEntropy;
}

/** Whether what is true are classes, from 0 on, one column of the model's output each. */
export function isOfClasses(loss: LossChoice): boolean {
  const name = typeof loss === "object" && loss !== null ? loss.name : loss;
  return name === "crossEntropy" || name === crossEntropy;
}
