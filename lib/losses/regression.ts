// Losses of regression: squared, absolute, and Huber's, which is squared near zero and absolute far from it.
import * as tf from "@tensorflow/tfjs";
import { checkNumber, checkOptions } from "../engine/invalid.js";
import { checkSameShape } from "./loss.js";

/**
 * Mean squared error, as `torch.nn.functional.mse_loss`.
 * @param yTrue any shape
 * @param yPred the same shape
 * @returns a 0-d tensor; not finite where an input is not, which ml.fit tells with the name of the layer
 * @throws when shapes differ or are empty
 */
export function meanSquaredError(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Scalar {
  checkSameShape(yTrue, yPred);
  return tf.tidy(() => yPred.sub(yTrue).square().mean().asScalar());
}

/**
 * Mean absolute error, as `torch.nn.functional.l1_loss`.
 * @param yTrue any shape
 * @param yPred the same shape
 * @returns a 0-d tensor; not finite where an input is not, which ml.fit tells with the name of the layer
 * @throws when shapes differ or are empty
 */
export function meanAbsoluteError(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Scalar {
  checkSameShape(yTrue, yPred);
  return tf.tidy(() => yPred.sub(yTrue).abs().mean().asScalar());
}

export interface HuberOptions {
  /** Where the loss turns from squared to absolute; above 0, 1 by default. */
  delta?: number;
}

/**
 * Huber's loss, as `torch.nn.functional.huber_loss` (Huber, "Robust Estimation of a Location Parameter", 1964).
 * @param yTrue any shape
 * @param yPred the same shape
 * @returns a 0-d tensor; not finite where an input is not, which ml.fit tells with the name of the layer
 * @throws when shapes differ or are empty
 */
export function huber(yTrue: tf.Tensor, yPred: tf.Tensor, options: HuberOptions = {}): tf.Scalar {
  checkOptions("options", options, ["delta"]);
  const { delta = 1 } = options;
  checkNumber("delta", delta, { above: 0, float32: true });
  checkSameShape(yTrue, yPred);
  return tf.tidy(() => {
    const error = yPred.sub(yTrue).abs();
    // The squared part ends at delta; beyond it the slope stays delta. No branch on a tensor.
    const squared = tf.minimum(error, tf.scalar(delta));
    const beyond = error.sub(squared);
    return squared.square().mul(0.5).add(beyond.mul(delta)).mean().asScalar();
  });
}
