// Of what is of a class, how much was found.
import {
  type Average,
  type Averaged,
  type ClassScoreOptions,
  classScoreMetric,
  recallFraction,
} from "./class-scores.js";
import type { Labels } from "./labels.js";
import { whole } from "./metric.js";

export function recallMetric<A extends Average = "binary">(options: ClassScoreOptions<A> = {}) {
  return classScoreMetric(recallFraction, options);
}

/**
 * Of the samples of a class, the share that was predicted so: TP / (TP + FN). As scikit-learn's `recall_score`.
 * @param yTrue true classes, n whole numbers or strings
 * @param yPred predicted classes, n
 * @returns a number in [0, 1], or with average "none" one a class (in the order of `labels`)
 * @throws when the lists are empty, differ in length or kind, or when an option does not fit the classes
 */
export function recall<A extends Average = "binary">(
  yTrue: Labels,
  yPred: Labels,
  options: ClassScoreOptions<A> = {},
): Averaged<A> {
  return whole(recallMetric(options), yTrue, yPred, options.sampleWeight);
}
