// The receiver operating characteristic: true against false positives at every threshold.

import { checkBoolean, checkOptions } from "../engine/invalid.js";
import type { Label, Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import type { Numbers, Rows } from "./numbers.js";
import { bends, rankBinary, totalOf } from "./ranking.js";
import { addSamples, collect, noSamples, packSamples, type Samples } from "./samples.js";
import { UndefinedMetricError } from "./undefined-metric.js";

export interface CurveOptions {
  /** The positive class; 1 by default where the labels are 0 and 1, or -1 and 1. Another is set against all others. */
  posLabel?: Label | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
  /** Leave out points that do not change the picture. */
  dropIntermediate?: boolean | undefined;
}

export interface RocCurve {
  /** False positive rates, ascending from 0 to 1. */
  fpr: number[];
  /** True positive rates, ascending from 0 to 1. */
  tpr: number[];
  /** Descending from Infinity: scores of at least this count as positive. */
  thresholds: number[];
}

export function rocCurveMetric(options: CurveOptions = {}): Metric<Labels, Numbers | Rows, RocCurve, Samples> {
  checkOptions("options", options, ["posLabel", "sampleWeight", "dropIntermediate"]);
  const { posLabel, dropIntermediate = true } = options;
  checkBoolean("dropIntermediate", dropIntermediate);
  return {
    prediction: "scores",
    initial: noSamples,
    pack: packSamples,
    update: addSamples,
    compute(samples) {
      const { falsePositives, truePositives, thresholds } = rankBinary(collect(samples), posLabel);
      const negatives = totalOf(falsePositives);
      const positives = totalOf(truePositives);
      if (!(negatives > 0)) throw new UndefinedMetricError("yTrue", "samples of the negative class too", negatives);
      if (!(positives > 0)) throw new UndefinedMetricError("yTrue", "samples of the positive class too", positives);
      const kept = dropIntermediate ? bends(falsePositives, truePositives) : Array.from(thresholds.keys());
      return {
        fpr: [0, ...kept.map((i) => (falsePositives[i] ?? 0) / negatives)],
        tpr: [0, ...kept.map((i) => (truePositives[i] ?? 0) / positives)],
        thresholds: [Number.POSITIVE_INFINITY, ...kept.map((i) => thresholds[i] ?? 0)],
      };
    },
  };
}

/**
 * The ROC curve of a binary problem. Samples with the same score share one point, and points in the middle of a straight
 * line are left out (`dropIntermediate`, true by default), as in scikit-learn's `roc_curve`.
 * @param yTrue true classes, n
 * @param scores n finite numbers, larger for the positive class: probabilities, logits, … (or n × 2: the second column)
 * @throws when the input is empty or not as described; an UndefinedMetricError where a class has no samples
 */
export function rocCurve(yTrue: Labels, scores: Numbers | Rows, options: CurveOptions = {}): RocCurve {
  return whole(rocCurveMetric(options), yTrue, scores, options.sampleWeight);
}
