// What a loss is, and the mean that ends most of them.
import type * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { invalid } from "../engine/invalid.js";

/** A loss: what is true and what the model says, to one number (a 0-d tensor), in plain tfjs ops. */
export type LossFunction = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Scalar;

/** @throws unless both are tensors of numbers and have the same shape, with at least one element (a mean of none is NaN). */
export function checkSameShape(yTrue: tf.Tensor, yPred: tf.Tensor, name = "yPred"): void {
  checkTensor("yTrue", yTrue);
  checkTensor(name, yPred);
  if (yPred.size === 0) throw invalid(name, "at least one sample", yPred);
  if (yTrue.shape.length === yPred.shape.length && yTrue.shape.every((size, i) => size === yPred.shape[i])) return;
  throw invalid(name, `the shape of yTrue, [${yTrue.shape.join(", ")}]`, yPred.shape);
}
