// Binary cross-entropy: one yes or no a number. Works on logits.
import * as tf from "@tensorflow/tfjs";
import { checkNumber, checkOptions } from "../engine/invalid.js";
import { checkSameShape } from "./loss.js";

export interface BinaryCrossEntropyOptions {
  /** Weight of the positive targets; above 0, 1 by default. As PyTorch's `pos_weight`. */
  positiveWeight?: number;
}

/**
 * Mean binary cross-entropy, as `torch.nn.functional.binary_cross_entropy_with_logits`.
 * @param yTrue 0, 1 or a probability, any shape
 * @param logits scores before the sigmoid, the same shape
 * @returns a 0-d tensor; not finite where an input is not, which ml.fit tells with the name of the layer
 * @throws when shapes differ or are empty, or the option is out of range
 */
export function binaryCrossEntropy(
  yTrue: tf.Tensor,
  logits: tf.Tensor,
  options: BinaryCrossEntropyOptions = {},
): tf.Scalar {
  checkOptions("options", options, ["positiveWeight"]);
  const { positiveWeight = 1 } = options;
  checkNumber("positiveWeight", positiveWeight, { above: 0, float32: true });
  checkSameShape(yTrue, logits, "logits");
  return tf.tidy(() => {
    const targets = yTrue.cast("float32");
    // log(1 + e^-x) without overflow on either side.
    const softplus = tf.log1p(logits.abs().neg().exp()).add(logits.neg().relu());
    const weight = targets.mul(positiveWeight - 1).add(1);
    return tf.scalar(1).sub(targets).mul(logits).add(weight.mul(softplus)).mean().asScalar();
  });
}
