// Cross-entropy of predicted probabilities.
import { checkBoolean, checkOptions } from "../engine/invalid.js";
import { addTotals, type ColumnTotals, noTotals, totalOfOwnColumns } from "./column-totals.js";
import type { Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import { checkRowOfProbabilities, type Numbers, type Rows } from "./numbers.js";

export interface LogLossOptions {
  /** The classes of the columns; by default those of yTrue, sorted, or 0 … C - 1 where some of these have no samples. */
  labels?: Labels | undefined;
  /** The mean over the samples (the default) or their sum. */
  normalize?: boolean | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

export function logLossMetric(options: LogLossOptions = {}): Metric<Labels, Numbers | Rows, number, ColumnTotals> {
  checkOptions("options", options, ["labels", "normalize", "sampleWeight"]);
  const { labels, normalize = true } = options;
  checkBoolean("normalize", normalize);
  return {
    prediction: "scores",
    initial: noTotals,
    update(totals, yTrue, scores, sampleWeight) {
      let sample = 0;
      return addTotals(totals, { yTrue, scores, sampleWeight }, (row, out) => {
        checkRowOfProbabilities(`probabilities[${sample++}]`, row);
        if (row.length === 1 && out.length === 2) {
          out[0] = negativeLog(1 - (row[0] ?? 0));
          out[1] = negativeLog(row[0] ?? 0);
        } else {
          for (let c = 0; c < out.length; c++) out[c] = negativeLog(row[c] ?? 0);
        }
      });
    },
    compute(totals) {
      const total = totalOfOwnColumns(totals, labels);
      return normalize ? total / totals.weight : total;
    },
  };
}

/**
 * The mean of −ln p over the samples, where p is the probability given to the true class, kept in [2⁻⁵², 1 − 2⁻⁵²]. As
 * scikit-learn's `log_loss` on float64.
 * @param yTrue true classes, n
 * @param probabilities n × C, each row adding up to 1; or, for two classes, n: that of the larger label
 * @throws when the input is empty or not as described, or when the classes do not fit the columns
 */
export function logLoss(yTrue: Labels, probabilities: Numbers | Rows, options: LogLossOptions = {}): number {
  return whole(logLossMetric(options), yTrue, probabilities, options.sampleWeight);
}

function negativeLog(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
}
