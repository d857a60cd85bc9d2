// For each true class and each column of scores: what the samples would contribute to a metric if that column were the
// class's own. Which column that is can be told only once all classes were seen; so the sums wait, in constant memory.

import { invalid } from "../engine/invalid.js";
import { classesOfColumns } from "./class-columns.js";
import { checkLabels, checkLength, type Label, type Labels, uniqueLabels } from "./labels.js";
import { checkSamples, checkSampleWeight, type Numbers, type Rows } from "./numbers.js";
import { checkScores } from "./samples.js";

export interface ColumnTotals {
  readonly sums: ReadonlyMap<Label, Float64Array>;
  readonly samples: number;
  readonly weight: number;
  /** Scores a sample; 0 for a number a sample rather than a list. */
  readonly columns: number;
}

export const noTotals: ColumnTotals = { sums: new Map(), samples: 0, weight: 0, columns: 0 };

/** Writes into `out` what one sample contributes for each column that may be its class's. */
export type Contribution = (row: Numbers, out: Float64Array) => void;

/**
 * The totals with these samples added.
 * @param width how many contributions a sample makes, by how many scores it has
 * @throws when labels, scores or weights are not what they should be
 */
export function addTotals(
  totals: ColumnTotals,
  { yTrue, scores, sampleWeight }: { yTrue: Labels; scores: Numbers | Rows; sampleWeight?: Numbers | undefined },
  contribution: Contribution,
  width: (columns: number) => number = (columns) => columns || 2,
): ColumnTotals {
  const [seen] = totals.sums.keys();
  checkLabels("yTrue", yTrue, seen);
  const columns = checkScores("scores", scores);
  checkLength("scores", scores, yTrue.length);
  checkSampleWeight(sampleWeight, yTrue.length);
  if (yTrue.length === 0) return totals;
  if (totals.samples > 0 && columns !== totals.columns) {
    throw invalid("scores", `${totals.columns || 1} scores a sample, as before`, columns || 1);
  }
  const sums = new Map(totals.sums);
  const copied = new Set<Label>();
  const out = new Float64Array(width(columns));
  let { weight } = totals;
  for (let i = 0; i < yTrue.length; i++) {
    const label = yTrue[i] as Label;
    const score = scores[i] as number | Numbers;
    contribution(typeof score === "number" ? [score] : score, out);
    let sum = sums.get(label);
    if (sum === undefined || !copied.has(label)) {
      sum = Float64Array.from(sum ?? new Float64Array(out.length));
      sums.set(label, sum);
      copied.add(label);
    }
    const w = sampleWeight?.[i] ?? 1;
    weight += w;
    for (let c = 0; c < out.length; c++) sum[c] = (sum[c] ?? 0) + w * (out[c] ?? 0);
  }
  return { sums, samples: totals.samples + yTrue.length, weight, columns };
}

/** The different labels that were seen, sorted. @throws when there were no samples, or none with a weight */
export function presentLabels(totals: ColumnTotals): Label[] {
  checkSamples(totals.samples, totals.weight);
  return uniqueLabels(totals.sums.keys());
}

/** The sum over all samples, each with its class's own column; one score a sample stands for two columns. */
export function totalOfOwnColumns(totals: ColumnTotals, labels?: Labels): number {
  const classes = classesOfColumns(presentLabels(totals), totals.columns || 2, labels);
  let total = 0;
  for (const [label, sum] of totals.sums) total += sum[classes.indexOf(label)] ?? 0;
  return total;
}
