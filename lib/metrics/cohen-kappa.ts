// Cohen's kappa: agreement beyond chance between two annotators, or between truth and prediction.

import { checkChoice, checkOptions } from "../engine/invalid.js";
import { addCounts, type ConfusionCounts, confusionTable, noCounts, sum } from "./confusion-counts.js";
import type { Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import type { Numbers } from "./numbers.js";
import { UndefinedMetricError } from "./undefined-metric.js";

export interface CohenKappaOptions {
  /** How much a disagreement counts: all the same (the default), or by the (squared) distance in `labels`. */
  weights?: "linear" | "quadratic" | undefined;
  /** Which classes, in which order; all that occur, sorted, by default. */
  labels?: Labels | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

export function cohenKappaMetric(options: CohenKappaOptions = {}): Metric<Labels, Labels, number, ConfusionCounts> {
  checkOptions("options", options, ["weights", "labels", "sampleWeight"]);
  const { weights } = options;
  checkChoice("weights", weights, [undefined, "linear", "quadratic"]);
  const distance = (i: number, j: number): number =>
    weights === undefined ? Number(i !== j) : weights === "linear" ? Math.abs(i - j) : (i - j) ** 2;
  return {
    prediction: "labels",
    initial: noCounts,
    update: addCounts,
    compute(counts) {
      const { labels, matrix } = confusionTable(counts, options.labels);
      const rows = matrix.map((row) => sum(row));
      const columns = matrix.map((_, j) => sum(matrix.map((row) => row[j] ?? 0)));
      const all = sum(columns);
      let observed = 0;
      let expected = 0;
      matrix.forEach((row, i) => {
        row.forEach((value, j) => {
          observed += distance(i, j) * value;
          expected += distance(i, j) * ((rows[i] ?? 0) / all) * (columns[j] ?? 0);
        });
      });
      if (!(expected > 0)) {
        throw new UndefinedMetricError("labels", "two or more classes in common, without which kappa is 0 / 0", labels);
      }
      return 1 - observed / expected;
    },
  };
}

/**
 * Cohen's kappa, 1 for full agreement and 0 for that of chance. As scikit-learn's `cohen_kappa_score`.
 * @throws when the lists are empty, or differ in length or kind; an UndefinedMetricError where only one class is left
 */
export function cohenKappa(yTrue: Labels, yPred: Labels, options: CohenKappaOptions = {}): number {
  return whole(cohenKappaMetric(options), yTrue, yPred, options.sampleWeight);
}
