// The check of a tensor argument, asked by losses, training, testing and the compiled step.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "./invalid.js";

/** @throws unless `value` is a tensor of numbers that was not disposed. */
export function checkTensor(name: string, value: unknown, rule = "a tensor"): asserts value is tf.Tensor {
  if (!(value instanceof tf.Tensor)) throw invalid(name, `${rule} (tf.tensor makes one of arrays)`, value);
  const tensor: tf.Tensor = value;
  if (tensor.isDisposed) throw invalid(name, `${rule} that was not disposed`, tensor);
  if (tensor.dtype === "string" || tensor.dtype === "complex64") throw invalid(name, `${rule} of numbers`, tensor);
}
