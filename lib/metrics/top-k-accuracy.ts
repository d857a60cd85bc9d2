// The share of samples whose class is among the k with the highest scores.

import { checkBoolean, checkOptions, checkWhole } from "../engine/invalid.js";
import { classesOfColumns } from "./class-columns.js";
import { addTotals, type ColumnTotals, noTotals, presentLabels, totalOfOwnColumns } from "./column-totals.js";
import type { Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import type { Numbers, Rows } from "./numbers.js";

export interface TopKAccuracyOptions {
  /** How many of the highest scores count; 2 by default. */
  k?: number | undefined;
  /** The classes of the columns; by default those of yTrue, sorted, or 0 … C - 1 where some of these have no samples. */
  labels?: Labels | undefined;
  /** A share (the default) or a number of samples. */
  normalize?: boolean | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

interface TopKState extends ColumnTotals {
  /** Whether all scores were in [0, 1]: then one score a sample is judged at 0.5, else at 0. */
  readonly probabilities: boolean;
}

export function topKAccuracyMetric(
  options: TopKAccuracyOptions = {},
): Metric<Labels, Numbers | Rows, number, TopKState> {
  checkOptions("options", options, ["k", "labels", "normalize", "sampleWeight"]);
  const { k = 2, labels, normalize = true } = options;
  checkWhole("k", k, 1);
  checkBoolean("normalize", normalize);
  return {
    prediction: "scores",
    initial: { ...noTotals, probabilities: true },
    update(state, yTrue, scores, sampleWeight) {
      let { probabilities } = state;
      const hits = (row: Numbers, out: Float64Array): void => {
        if (row.length > 1) {
          markHighest(row, k, out);
          return;
        }
        const score = row[0] ?? 0;
        probabilities &&= score >= 0 && score <= 1;
        // Which threshold holds is known at the end: hits of both classes at 0.5, then at 0.
        out.set([score > 0.5 ? 0 : 1, score > 0.5 ? 1 : 0, score > 0 ? 0 : 1, score > 0 ? 1 : 0]);
      };
      const totals = addTotals(state, { yTrue, scores, sampleWeight }, hits, (columns) => columns || 4);
      return { ...totals, probabilities };
    },
    compute(state) {
      const total = state.columns > 1 ? totalOfOwnColumns(state, labels) : totalOfBinary(state, k, labels);
      return normalize ? total / state.weight : total;
    },
  };
}

/**
 * The share of samples whose true class has one of the k highest scores; of equal scores the later column comes first.
 * As scikit-learn's `top_k_accuracy_score`. With k of at least the number of classes it is 1.
 * @param yTrue true classes, n
 * @param scores n × C finite numbers; or, for two classes, n: larger for the larger label
 * @throws when the input is empty or not as described, or when the classes do not fit the columns
 */
export function topKAccuracy(yTrue: Labels, scores: Numbers | Rows, options: TopKAccuracyOptions = {}): number {
  return whole(topKAccuracyMetric(options), yTrue, scores, options.sampleWeight);
}

function markHighest(row: Numbers, k: number, out: Float64Array): void {
  const order = Array.from({ length: row.length }, (_, column) => column);
  order.sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0) || b - a);
  out.fill(0);
  for (const column of order.slice(0, k)) out[column] = 1;
}

function totalOfBinary(state: TopKState, k: number, labels: Labels | undefined): number {
  const classes = classesOfColumns(presentLabels(state), 2, labels);
  if (k >= 2) return state.weight;
  const offset = state.probabilities ? 0 : 2;
  let total = 0;
  for (const [label, sum] of state.sums) total += sum[offset + classes.indexOf(label)] ?? 0;
  return total;
}
