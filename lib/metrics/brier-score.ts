// The mean squared error of predicted probabilities.

import { checkChoice, checkOptions, invalid } from "../engine/invalid.js";
import { addTotals, type ColumnTotals, noTotals, presentLabels, totalOfOwnColumns } from "./column-totals.js";
import { type Label, type Labels, listLabels, positiveLabel } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import { checkRowOfProbabilities, type Numbers, type Rows } from "./numbers.js";

export interface BrierScoreOptions {
  /** n probabilities: the class that they are of; 1 for labels 0 and 1, or -1 and 1, else the larger number. */
  posLabel?: Label | undefined;
  /** n × C: the classes of the columns; by default those of yTrue, sorted. */
  labels?: Labels | undefined;
  /** Half of it, so that two classes give [0, 1]; "auto" (the default) does so for two classes only. */
  scaleByHalf?: boolean | "auto" | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

export function brierScoreMetric(
  options: BrierScoreOptions = {},
): Metric<Labels, Numbers | Rows, number, ColumnTotals> {
  checkOptions("options", options, ["posLabel", "labels", "scaleByHalf", "sampleWeight"]);
  const { posLabel, labels, scaleByHalf = "auto" } = options;
  checkChoice("scaleByHalf", scaleByHalf, [true, false, "auto"]);
  return {
    prediction: "scores",
    initial: noTotals,
    update(totals, yTrue, scores, sampleWeight) {
      let sample = 0;
      return addTotals(totals, { yTrue, scores, sampleWeight }, (row, out) => {
        checkRowOfProbabilities(`probabilities[${sample++}]`, row);
        squaredErrors(row, out);
      });
    },
    compute(totals) {
      const half = scaleByHalf === "auto" ? totals.columns < 3 : scaleByHalf;
      const total = totals.columns > 0 ? totalOfOwnColumns(totals, labels) : totalOfBinary(totals, posLabel);
      return (total / totals.weight) * (half ? 0.5 : 1);
    },
  };
}

/**
 * The mean over the samples of Σ (probability − 1 or 0)² over the classes, which is 1 for the true one and 0 for the
 * others; with two classes half of it. As scikit-learn's `brier_score_loss`.
 * @param yTrue true classes, n
 * @param probabilities n × C, each row adding up to 1; or n, of the positive class
 * @throws when the input is empty or not as described, or when the classes do not fit
 */
export function brierScore(yTrue: Labels, probabilities: Numbers | Rows, options: BrierScoreOptions = {}): number {
  return whole(brierScoreMetric(options), yTrue, probabilities, options.sampleWeight);
}

/** For each class: the sum over all columns, if it were the true one. */
function squaredErrors(row: Numbers, out: Float64Array): void {
  if (row.length === 1 && out.length === 2) {
    const p = row[0] ?? 0;
    out[0] = 2 * p * p;
    out[1] = 2 * (1 - p) * (1 - p);
    return;
  }
  let squares = 0;
  for (let c = 0; c < out.length; c++) squares += (row[c] ?? 0) ** 2;
  for (let c = 0; c < out.length; c++) out[c] = squares - (row[c] ?? 0) ** 2 + (1 - (row[c] ?? 0)) ** 2;
}

function totalOfBinary(totals: ColumnTotals, asked: Label | undefined): number {
  const present = presentLabels(totals);
  if (present.length > 2) throw invalid("yTrue", "two classes, or n × C probabilities", listLabels(present));
  const last = present[present.length - 1];
  const usual = present.every((label) => label === 0 || label === 1 || label === -1);
  const positive = positiveLabel(present, asked ?? (typeof last === "number" && !usual ? last : undefined));
  if (present.length === 2 && !present.includes(positive)) {
    throw invalid("posLabel", `one of ${listLabels(present)}`, asked);
  }
  let total = 0;
  for (const [label, sum] of totals.sums) total += sum[label === positive ? 1 : 0] ?? 0;
  return total;
}
