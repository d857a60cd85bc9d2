// What chance alone makes of the statistics: both samples are drawn anew from the reference, row by row, so that features keep what they
// have to do with each other. The thresholds follow from that, and with them how often an alarm is false. Used by drift.ts.
import { Xoshiro128 } from "../engine/random.js";
import type { Counts } from "./statistics.js";

export interface CalibratedFeature {
  /** The reference's groups, one a row. */
  readonly groups: Uint32Array;
  readonly count: number;
  readonly statistic: (reference: Counts, current: Counts) => number;
}

export interface Calibration {
  /** For each feature, what chance made of its statistic, ascending. */
  readonly drawn: readonly Float64Array[];
  /** For each feature, what its statistic may be; of all features together, more is chance in a share `alpha` of windows. */
  readonly thresholds: readonly number[];
}

/** More rows of the reference make the thresholds no better, but take longer; of more rows, so many are taken, evenly. */
const mostRows = 5000;

/**
 * @param size rows of the current sample
 * @param alpha the share of samples without drift that may be taken for drift, in (0, 1)
 * @param resamples how many pairs of samples are drawn
 */
export function calibrate(
  features: readonly CalibratedFeature[],
  size: number,
  { alpha, resamples, seed }: { readonly alpha: number; readonly resamples: number; readonly seed: number },
): Calibration {
  const [first] = features;
  const rows = first?.groups.length ?? 0;
  const used = Math.min(rows, mostRows);
  const rowOf = (i: number) => Math.floor((i * rows) / used);
  const random = new Xoshiro128(seed);
  const drawn = features.map(() => new Float64Array(resamples));
  const counts = features.map(({ count }) => [new Uint32Array(count), new Uint32Array(count)] as const);
  for (let b = 0; b < resamples; b++) {
    for (const [reference, current] of counts) {
      reference.fill(0);
      current.fill(0);
    }
    for (let i = 0; i < used + size; i++) {
      const row = rowOf(random.below(used));
      const side = i < used ? 0 : 1;
      features.forEach(({ groups }, f) => {
        const own = counts[f]?.[side];
        const at = groups[row] ?? 0;
        if (own !== undefined) own[at] = (own[at] ?? 0) + 1;
      });
    }
    features.forEach(({ statistic }, f) => {
      const [reference = [], current = []] = counts[f] ?? [];
      const column = drawn[f];
      if (column !== undefined) column[b] = statistic(reference, current);
    });
  }
  const sorted = drawn.map((column) => column.toSorted());
  return { thresholds: thresholdsOf(drawn, sorted, alpha, resamples), drawn: sorted };
}

/**
 * Each feature's own quantile, all of them stretched by one factor until the share of draws in which any feature is above its threshold
 * is alpha (the "max-T" correction of Westfall and Young, Resampling-Based Multiple Testing, 1993).
 */
function thresholdsOf(
  drawn: readonly Float64Array[],
  sorted: readonly Float64Array[],
  alpha: number,
  resamples: number,
): readonly number[] {
  const own = sorted.map((column) => upperQuantile(column, alpha));
  const worst = Float64Array.from({ length: resamples }, (_, b) =>
    drawn.reduce((most, column, f) => Math.max(most, (own[f] ?? 0) > 0 ? (column[b] ?? 0) / (own[f] ?? 1) : 0), 0),
  ).sort();
  const factor = Math.max(1, upperQuantile(worst, alpha));
  return own.map((threshold) => threshold * factor);
}

/** The smallest of the ascending values that at most a share alpha of them exceeds: one that was drawn, not one between two. */
function upperQuantile(sorted: Float64Array, alpha: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil((1 - alpha) * sorted.length) - 1)] ?? 0;
}
