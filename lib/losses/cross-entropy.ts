// Cross-entropy of class scores: the loss of classification. Works on logits, which is stable and fast.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { checkList, checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import { expectValue, isRecording } from "../engine/jit/recording.js";

export interface CrossEntropyOptions {
  /** Moves this share of each target from its class to all classes evenly; in [0, 1], 0 by default. */
  labelSmoothing?: number;
  /**
   * One weight a class, at least 0; the mean is then weighted as in PyTorch. A batch whose classes all weigh 0 has the loss 0
   * (in PyTorch NaN).
   */
  classWeights?: readonly number[];
}

/**
 * Mean cross-entropy, as `torch.nn.functional.cross_entropy` (label smoothing after Szegedy et al., "Rethinking the
 * Inception Architecture", 2016).
 * @param yTrue classes, int32 [batch], or probabilities, float32 [batch, classes]
 * @param logits unnormalised scores, float32 [batch, classes], of at least 2 classes; not probabilities: no softmax before this loss
 * @returns a 0-d tensor; not finite where an input is not, which ml.fit tells with the name of the layer
 * @throws when shapes do not fit, an option is out of range, or a label is no class (from a compiled step too, which then changes nothing)
 */
export function crossEntropy(yTrue: tf.Tensor, logits: tf.Tensor, options: CrossEntropyOptions = {}): tf.Scalar {
  checkTensor("yTrue", yTrue);
  checkTensor("logits", logits);
  checkOptions("options", options, ["labelSmoothing", "classWeights"]);
  const { labelSmoothing = 0, classWeights } = options;
  checkNumber("labelSmoothing", labelSmoothing, { least: 0, most: 1, float32: true });
  const [batch, classes] = logits.shape;
  if (logits.rank !== 2 || batch === undefined || classes === undefined)
    throw invalid("logits", "a shape [batch, classes]", logits.shape);
  if (logits.size === 0) throw invalid("logits", "at least one sample and one class", logits.shape);
  if (classes < 2)
    throw invalid("logits", "at least 2 columns, one a class (a single one is for binaryCrossEntropy)", logits.shape);
  const dense = yTrue.rank === 2;
  if (!(dense || yTrue.rank === 1) || yTrue.shape[0] !== batch || (dense && yTrue.shape[1] !== classes))
    throw invalid("yTrue", `a shape [${batch}] (classes) or [${batch}, ${classes}] (probabilities)`, yTrue.shape);
  if (classWeights !== undefined) checkWeights(classWeights, classes);
  if (!dense && !isRecording()) checkClasses(yTrue, classes);
  return tf.tidy(() => {
    const hard = dense ? yTrue.cast("float32") : tf.oneHot(yTrue.cast("int32"), classes).cast("float32");
    if (!dense && isRecording()) expectClasses(yTrue, hard);
    const targets = labelSmoothing > 0 ? hard.mul(1 - labelSmoothing).add(labelSmoothing / classes) : hard;
    const logProbabilities = tf.logSoftmax(logits);
    if (!classWeights) return targets.mul(logProbabilities).sum().div(-batch).asScalar();
    const weights = tf.tensor2d([...classWeights], [1, classes]);
    const weighted = targets.mul(logProbabilities).mul(weights).sum().neg();
    // PyTorch divides by the weights of the true classes, or, for probabilities, by the batch.
    if (dense) return weighted.div(batch).asScalar();
    // A batch whose classes all weigh nothing would give 0 / 0.
    return weighted.div(tf.maximum(hard.mul(weights).sum(), tf.scalar(1e-30))).asScalar();
  });
}

/** A class that there isn't would count as no class at all. */
function checkClasses(yTrue: tf.Tensor, classes: number): void {
  const labels = yTrue.dataSync();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? Number.NaN;
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw invalid(`yTrue[${i}]`, `a class from 0 to ${classes - 1}, as logits have ${classes} columns`, label);
  }
}

/** The same in a compiled step: each label is a class where there are as many ones as labels. */
function expectClasses(yTrue: tf.Tensor, hard: tf.Tensor): void {
  expectValue(hard.sum(), yTrue.size);
  if (yTrue.dtype === "float32") expectValue(yTrue.sub(yTrue.floor()).abs().sum(), 0);
}

function checkWeights(weights: unknown, classes: number): void {
  checkList("classWeights", weights, "numbers");
  if (weights.length !== classes) throw invalid("classWeights", `${classes}, one a class`, weights.length);
  for (let i = 0; i < classes; i++) checkNumber(`classWeights[${i}]`, weights[i], { least: 0 });
}
