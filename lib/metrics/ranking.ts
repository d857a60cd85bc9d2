// Samples in the order of their scores, counted at every different score: what the curves are made of.
import { invalid } from "../engine/invalid.js";
import { type Label, listLabels, positiveLabel, uniqueLabels } from "./labels.js";
import type { Numbers } from "./numbers.js";
import type { CollectedSamples } from "./samples.js";

export interface Ranking {
  /** Weight of the negative samples with a score of at least the threshold; ascending, the last is that of all. */
  readonly falsePositives: readonly number[];
  readonly truePositives: readonly number[];
  /** The different scores, descending. */
  readonly thresholds: readonly number[];
}

/** @param positive whether each sample is; samples of weight 0 play no part */
export function rank(positive: readonly boolean[], scores: Numbers, weights?: Numbers): Ranking {
  const order = new Uint32Array(positive.length).map((_, i) => i);
  order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const ranking = { falsePositives: [] as number[], truePositives: [] as number[], thresholds: [] as number[] };
  let [fps, tps] = [0, 0];
  for (const i of order) {
    const weight = weights?.[i] ?? 1;
    if (weight === 0) continue;
    if (positive[i] === true) tps += weight;
    else fps += weight;
    const score = scores[i] ?? 0;
    const last = ranking.thresholds.length - 1;
    const at = last >= 0 && ranking.thresholds[last] === score ? last : last + 1;
    ranking.falsePositives[at] = fps;
    ranking.truePositives[at] = tps;
    ranking.thresholds[at] = score;
  }
  return ranking;
}

/** The ranking of a binary problem; with posLabel, of that class against all others. */
export function rankBinary(samples: CollectedSamples, posLabel: Label | undefined): Ranking {
  const present = uniqueLabels(samples.yTrue);
  if (present.length > 2 && posLabel === undefined) {
    throw invalid("posLabel", `one of ${listLabels(present)} (against the others)`, posLabel);
  }
  const positive = positiveLabel(present, posLabel);
  if (present.length === 2 && !present.includes(positive)) {
    throw invalid("posLabel", `one of ${listLabels(present)}`, posLabel);
  }
  return rank(
    samples.yTrue.map((label) => label === positive),
    binaryScores(samples),
    samples.weights,
  );
}

/** The score of the positive class: the only one of each sample, or the second of two. */
export function binaryScores(samples: CollectedSamples): Float64Array {
  if (samples.columns > 2) throw invalid("scores", "one score a sample, or two columns", samples.columns);
  return samples.column(samples.columns === 2 ? 1 : 0);
}

/** The points to keep of a curve: the ends, and where either list of values bends. */
export function bends(a: readonly number[], b: readonly number[]): number[] {
  const bend = (values: readonly number[], i: number): boolean => {
    const [before, here, after] = [values[i - 1] ?? 0, values[i] ?? 0, values[i + 1] ?? 0];
    return after - here - (here - before) !== 0;
  };
  return Array.from(a.keys()).filter((i) => i === 0 || i === a.length - 1 || bend(a, i) || bend(b, i));
}

/** The last value of a cumulated list. */
export function totalOf(cumulated: readonly number[]): number {
  return cumulated[cumulated.length - 1] ?? 0;
}
