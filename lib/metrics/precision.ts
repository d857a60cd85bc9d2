// Of what was predicted to be of a class, how much is.
import {
  type Average,
  type Averaged,
  type ClassScoreOptions,
  classScoreMetric,
  precisionFraction,
} from "./class-scores.js";
import type { Labels } from "./labels.js";
import { whole } from "./metric.js";

export function precisionMetric<A extends Average = "binary">(options: ClassScoreOptions<A> = {}) {
  return classScoreMetric(precisionFraction, options);
}

/**
 * Of the samples predicted to be of a class, the share that is: TP / (TP + FP). As scikit-learn's `precision_score`.
 * @param yTrue true classes, n whole numbers or strings
 * @param yPred predicted classes, n
 * @returns a number in [0, 1], or with average "none" one a class (in the order of `labels`)
 * @throws when the lists are empty, differ in length or kind, or when an option does not fit the classes
 */
export function precision<A extends Average = "binary">(
  yTrue: Labels,
  yPred: Labels,
  options: ClassScoreOptions<A> = {},
): Averaged<A> {
  return whole(precisionMetric(options), yTrue, yPred, options.sampleWeight);
}
