// The F-scores: precision and recall in one number.
import { checkOptions } from "../engine/invalid.js";
import {
  type Average,
  type Averaged,
  type ClassScoreOptions,
  classScoreMetric,
  classScoreOptions,
  fBetaFraction,
} from "./class-scores.js";
import type { Labels } from "./labels.js";
import { whole } from "./metric.js";

export type FBetaOptions<A extends Average = Average> = ClassScoreOptions<A> & {
  /** How much more recall counts than precision; at least 0, Infinity allowed. */
  beta: number;
};

export function fBetaMetric<A extends Average = "binary">(options: FBetaOptions<A>) {
  checkOptions("options", options, ["beta", ...classScoreOptions]);
  const { beta, ...others } = options;
  return classScoreMetric(fBetaFraction(beta), others);
}

export function f1ScoreMetric<A extends Average = "binary">(options: ClassScoreOptions<A> = {}) {
  return classScoreMetric(fBetaFraction(1), options);
}

/**
 * The weighted harmonic mean of precision and recall: (1 + β²)·TP / ((1 + β²)·TP + FP + β²·FN). As scikit-learn's
 * `fbeta_score`.
 * @param yTrue true classes, n whole numbers or strings
 * @param yPred predicted classes, n
 * @returns a number in [0, 1], or with average "none" one a class (in the order of `labels`)
 * @throws when the lists are empty, differ in length or kind, or when an option does not fit the classes
 */
export function fBeta<A extends Average = "binary">(
  yTrue: Labels,
  yPred: Labels,
  options: FBetaOptions<A>,
): Averaged<A> {
  return whole(fBetaMetric(options), yTrue, yPred, options.sampleWeight);
}

/**
 * The harmonic mean of precision and recall: `fBeta` with β = 1. As scikit-learn's `f1_score`.
 * @returns a number in [0, 1], or with average "none" one a class (in the order of `labels`)
 * @throws as `fBeta`
 */
export function f1Score<A extends Average = "binary">(
  yTrue: Labels,
  yPred: Labels,
  options: ClassScoreOptions<A> = {},
): Averaged<A> {
  return whole(f1ScoreMetric(options), yTrue, yPred, options.sampleWeight);
}
