// Accuracy where every class counts the same, however many samples it has.
import { checkBoolean, checkOptions } from "../engine/invalid.js";
import { addCounts, type ConfusionCounts, confusionTable, noCounts, sum } from "./confusion-counts.js";
import type { Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import type { Numbers } from "./numbers.js";
import { UndefinedMetricError } from "./undefined-metric.js";

export interface BalancedAccuracyOptions {
  /** Rescale so that guessing gives 0 and perfection 1. */
  adjusted?: boolean | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

export function balancedAccuracyMetric(
  options: BalancedAccuracyOptions = {},
): Metric<Labels, Labels, number, ConfusionCounts> {
  checkOptions("options", options, ["adjusted", "sampleWeight"]);
  const { adjusted = false } = options;
  checkBoolean("adjusted", adjusted);
  return {
    prediction: "labels",
    initial: noCounts,
    update: addCounts,
    compute(counts) {
      const { matrix } = confusionTable(counts);
      const recalls = matrix.flatMap((row, i) => (sum(row) > 0 ? [(row[i] ?? 0) / sum(row)] : []));
      const score = sum(recalls) / recalls.length;
      if (!adjusted) return score;
      if (recalls.length < 2) {
        throw new UndefinedMetricError("yTrue", "two or more classes for an adjusted score", recalls.length);
      }
      const chance = 1 / recalls.length;
      return (score - chance) / (1 - chance);
    },
  };
}

/**
 * The mean over the classes of yTrue of their recall. As scikit-learn's `balanced_accuracy_score`.
 * @throws when the lists are empty, or differ in length or kind
 */
export function balancedAccuracy(yTrue: Labels, yPred: Labels, options: BalancedAccuracyOptions = {}): number {
  return whole(balancedAccuracyMetric(options), yTrue, yPred, options.sampleWeight);
}
