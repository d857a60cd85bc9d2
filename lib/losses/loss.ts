// What a loss is, and the mean that ends most of them.
import type * as tf from "@tensorflow/tfjs";

/** A loss: what is true and what the model says, to one number (a 0-d tensor), in plain tfjs ops. */
export type LossFunction = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Scalar;

/** @throws `invalid yPred; expected …` unless both have the same shape. */
export function checkSameShape(yTrue: tf.Tensor, yPred: tf.Tensor): void {
  if (yTrue.shape.length === yPred.shape.length && yTrue.shape.every((size, i) => size === yPred.shape[i])) return;
  throw new Error(
    `invalid yPred; expected the shape of yTrue, [${yTrue.shape.join(", ")}]: [${yPred.shape.join(", ")}]`,
  );
}
