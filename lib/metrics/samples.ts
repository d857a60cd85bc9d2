// All samples seen so far, for the metrics that need the order of all scores (ROC, precision-recall, calibration).
// Immutable: a batch more is a link more, so that updating costs the batch only.
import { invalid } from "../engine/invalid.js";
import { checkLabels, checkLength, type Label, type Labels } from "./labels.js";
import {
  checkNumbers,
  checkRows,
  checkSamples,
  checkSampleWeight,
  isRows,
  type Numbers,
  type Rows,
} from "./numbers.js";

interface Batch {
  readonly yTrue: readonly Label[];
  /** Row after row. */
  readonly scores: Float64Array;
  readonly weights: Float64Array | null;
  readonly previous: Batch | null;
}

export interface Samples {
  readonly last: Batch | null;
  readonly count: number;
  /** Scores a sample; 0 for a number a sample rather than a list. */
  readonly columns: number;
}

export const noSamples: Samples = { last: null, count: 0, columns: 0 };

/** The samples with copies of these added. @throws when labels, scores or weights are not what they should be */
export function addSamples(samples: Samples, yTrue: Labels, scores: Numbers | Rows, sampleWeight?: Numbers): Samples {
  checkLabels("yTrue", yTrue, samples.last?.yTrue[0]);
  const columns = checkScores("scores", scores);
  checkLength("scores", scores, yTrue.length);
  checkSampleWeight(sampleWeight, yTrue.length);
  if (yTrue.length === 0) return samples;
  if (samples.last !== null && columns !== samples.columns) {
    throw invalid("scores", `${samples.columns || 1} scores a sample, as before`, columns || 1);
  }
  const last: Batch = {
    yTrue: Array.from(yTrue),
    scores: isRows(scores) ? flatten(scores, columns || 1) : Float64Array.from(scores),
    weights: sampleWeight === undefined ? null : Float64Array.from(sampleWeight),
    previous: samples.last,
  };
  return { last, count: samples.count + yTrue.length, columns };
}

/** The same samples as one batch. */
export function packSamples(samples: Samples): Samples {
  const { last, count, columns } = samples;
  if (last === null || last.previous === null) return samples;
  const batches = batchesOf(samples);
  const scores = new Float64Array(count * (columns || 1));
  let start = 0;
  for (const batch of batches) {
    scores.set(batch.scores, start);
    start += batch.scores.length;
  }
  const weights = batches.some((batch) => batch.weights !== null) ? joinWeights(batches, count) : null;
  return { last: { yTrue: batches.flatMap(({ yTrue }) => yTrue), scores, weights, previous: null }, count, columns };
}

/** In the order in which they came. */
function batchesOf({ last }: Samples): Batch[] {
  const batches: Batch[] = [];
  for (let batch = last; batch !== null; batch = batch.previous) batches.push(batch);
  return batches.reverse();
}

/** @returns how many columns the rows have, 0 for a plain list or a single column. @throws unless all are finite. */
export function checkScores(name: string, scores: Numbers | Rows): number {
  if (isRows(scores)) {
    const columns = checkRows(name, scores);
    return columns === 1 ? 0 : columns;
  }
  checkNumbers(name, scores);
  return 0;
}

function flatten(rows: Rows, columns: number): Float64Array {
  const flat = new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++) flat.set(Array.from(rows[i] ?? []), i * columns);
  return flat;
}

/** All samples in the order in which they came. */
export interface CollectedSamples {
  readonly yTrue: readonly Label[];
  /** The scores of one column (of the only one by default). */
  column(index?: number): Float64Array;
  /** How many scores a sample has: 0 for a number rather than a list. */
  readonly columns: number;
  readonly weights: Float64Array | undefined;
}

/** @throws when there are no samples, or none with a weight */
export function collect(samples: Samples): CollectedSamples {
  const { count, columns } = samples;
  const batches = batchesOf(samples);
  const weighted = batches.some((batch) => batch.weights !== null);
  const weights = weighted ? joinWeights(batches, count) : undefined;
  checkSamples(count, weights === undefined ? count : weights.reduce((sum, weight) => sum + weight, 0));
  return {
    yTrue: batches.flatMap((batch) => batch.yTrue),
    columns,
    weights,
    column(index = 0) {
      const scores = new Float64Array(count);
      const stride = columns || 1;
      let i = 0;
      for (const batch of batches) {
        for (let at = index; at < batch.scores.length; at += stride) scores[i++] = batch.scores[at] ?? 0;
      }
      return scores;
    },
  };
}

/** A batch without weights, among batches with, weighs 1 a sample. */
function joinWeights(batches: readonly Batch[], count: number): Float64Array {
  const weights = new Float64Array(count).fill(1);
  let start = 0;
  for (const batch of batches) {
    if (batch.weights !== null) weights.set(batch.weights, start);
    start += batch.yTrue.length;
  }
  return weights;
}
