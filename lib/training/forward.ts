// The model's answers to a batch, outside of training: dropout off, moving averages used, nothing kept.
import * as tf from "@tensorflow/tfjs";

/** @returns float32 [batch, …]; the caller disposes it */
export function forward(model: tf.LayersModel, xs: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const output = model.apply(xs, { training: false });
    if (Array.isArray(output)) throw new Error(`invalid model; expected one output: ${output.length}`);
    return output as tf.Tensor;
  });
}

/** What regularisers of the model's layers add to its loss; undefined where there are none. */
export function regularization(model: tf.LayersModel): tf.Tensor | undefined {
  const parts = model.calculateLosses();
  return parts.length ? tf.addN(parts) : undefined;
}
