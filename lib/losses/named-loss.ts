// Losses by name, for `fit({ loss: "crossEntropy" })`.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import { binaryCrossEntropy } from "./binary-cross-entropy.js";
import { crossEntropy } from "./cross-entropy.js";
import type { LossFunction } from "./loss.js";
import { huber, meanAbsoluteError, meanSquaredError } from "./regression.js";

const losses = {
  crossEntropy,
  binaryCrossEntropy: forColumns(binaryCrossEntropy),
  meanSquaredError: forColumns(meanSquaredError),
  meanAbsoluteError: forColumns(meanAbsoluteError),
  huber: forColumns(huber),
};

/** The losses that have a name. */
export type LossName = keyof typeof losses;

/**
 * A model that ends in `dense(1)` answers [batch, 1], and a data set's targets are [batch]: by name, as in Keras, the one means the other.
 * The functions themselves stay strict.
 */
function forColumns(loss: LossFunction): LossFunction {
  return (yTrue, yPred) => {
    if (!isColumnOf(yPred.shape, yTrue.shape) && !isColumnOf(yTrue.shape, yPred.shape)) return loss(yTrue, yPred);
    return tf.tidy(() => loss(yTrue.reshape(yPred.shape), yPred));
  };
}

function isColumnOf(column: readonly number[], vector: readonly number[]): boolean {
  return column.length === vector.length + 1 && column.join() === [...vector, 1].join();
}

/** @throws when there is no loss of this name, with the names that there are. */
export function namedLoss(loss: LossName | LossFunction): LossFunction {
  if (typeof loss === "function") return loss;
  if (Object.hasOwn(losses, loss)) return losses[loss];
  throw invalid("loss", `a function or one of ${Object.keys(losses).join(", ")}`, loss);
}
