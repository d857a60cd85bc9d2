// Precision against recall at every threshold.
import { checkBoolean, checkOptions } from "../engine/invalid.js";
import type { Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import type { Numbers, Rows } from "./numbers.js";
import { type Ranking, rankBinary, totalOf } from "./ranking.js";
import type { CurveOptions } from "./roc-curve.js";
import { addSamples, collect, noSamples, packSamples, type Samples } from "./samples.js";

export interface PrecisionRecallCurve {
  /** One more than thresholds; the last is 1. */
  precision: number[];
  /** Descending; one more than thresholds, the last is 0. */
  recall: number[];
  /** Ascending: scores of at least this count as positive. */
  thresholds: number[];
}

export function precisionRecallCurveMetric(
  options: CurveOptions = {},
): Metric<Labels, Numbers | Rows, PrecisionRecallCurve, Samples> {
  checkOptions("options", options, ["posLabel", "sampleWeight", "dropIntermediate"]);
  const { posLabel, dropIntermediate = false } = options;
  checkBoolean("dropIntermediate", dropIntermediate);
  return {
    prediction: "scores",
    initial: noSamples,
    pack: packSamples,
    update: addSamples,
    compute: (samples) => curveOf(rankBinary(collect(samples), posLabel), dropIntermediate),
  };
}

/**
 * The precision-recall curve of a binary problem. As scikit-learn's `precision_recall_curve`: where no sample is
 * positive, precision is 0 and recall 1 at every threshold. `dropIntermediate` (false by default) leaves out thresholds
 * at which recall does not change.
 * @param yTrue true classes, n
 * @param scores n finite numbers, larger for the positive class (or n × 2: the second column)
 * @throws when the input is empty or not as described
 */
export function precisionRecallCurve(
  yTrue: Labels,
  scores: Numbers | Rows,
  options: CurveOptions = {},
): PrecisionRecallCurve {
  return whole(precisionRecallCurveMetric(options), yTrue, scores, options.sampleWeight);
}

/** The curve of a ranking, from the lowest threshold to the highest. */
export function curveOf(ranking: Ranking, dropIntermediate = false): PrecisionRecallCurve {
  const { falsePositives, truePositives, thresholds } = ranking;
  const positives = totalOf(truePositives);
  // The ends have no neighbour on one side, and so are always kept.
  const changes = (i: number) => truePositives[i] !== truePositives[i - 1] || truePositives[i] !== truePositives[i + 1];
  const kept = Array.from(thresholds.keys())
    .filter((i) => !dropIntermediate || changes(i))
    .reverse();
  const points = kept.map((i) => ({ tps: truePositives[i] ?? 0, fps: falsePositives[i] ?? 0 }));
  return {
    precision: [...points.map(({ tps, fps }) => (tps + fps > 0 ? tps / (tps + fps) : 0)), 1],
    recall: [...points.map(({ tps }) => (positives > 0 ? tps / positives : 1)), 0],
    thresholds: kept.map((i) => thresholds[i] ?? 0),
  };
}
