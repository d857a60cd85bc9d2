// The model's answers to a batch: outside of training with dropout off, moving averages used, nothing kept.
import * as tf from "@tensorflow/tfjs";
import { type Answers, answersOf } from "../engine/model-scores.js";

/** @returns float32 [batch, …]: outputs and scores, which are the same tensor where the model ends in scores */
export function forward(model: tf.LayersModel, xs: tf.Tensor, training = false): Answers {
  return answersOf(model, () => {
    const output = model.apply(xs, { training });
    if (Array.isArray(output)) throw new Error(`invalid model; expected one output: ${output.length}`);
    return output as tf.Tensor;
  });
}

/** What regularisers of the model's layers add to its loss; undefined where there are none. */
export function regularization(model: tf.LayersModel): tf.Tensor | undefined {
  const parts = model.calculateLosses();
  return parts.length ? tf.addN(parts) : undefined;
}
