// How often what was predicted with probability p comes true.
import { checkChoice, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { quantile } from "../engine/quantile.js";
import { type Label, type Labels, listLabels, positiveLabel, uniqueLabels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import { checkProbabilities, type Numbers, type Rows } from "./numbers.js";
import { binaryScores } from "./ranking.js";
import { addSamples, collect, noSamples, packSamples, type Samples } from "./samples.js";

export interface CalibrationCurveOptions {
  /** How many bins, 1 to 10,000; 5 by default. */
  bins?: number | undefined;
  /** Bins of equal width (the default) or of about as many samples each. */
  strategy?: "uniform" | "quantile" | undefined;
  /** The positive class; 1 by default where the labels are 0 and 1, or -1 and 1. */
  posLabel?: Label | undefined;
}

/** One entry for each bin that has samples. */
export interface CalibrationCurve {
  /** The share of positive samples. */
  probTrue: number[];
  /** The mean predicted probability. */
  probPred: number[];
  /** How many samples. */
  counts: number[];
}

export function calibrationCurveMetric(
  options: CalibrationCurveOptions = {},
): Metric<Labels, Numbers | Rows, CalibrationCurve, Samples> {
  checkOptions("options", options, ["bins", "strategy", "posLabel"]);
  const { bins = 5, strategy = "uniform", posLabel } = options;
  checkWhole("bins", bins, 1, 10_000);
  checkChoice("strategy", strategy, ["uniform", "quantile"]);
  return {
    prediction: "scores",
    initial: noSamples,
    pack: packSamples,
    update(samples, yTrue, probabilities, sampleWeight) {
      if (sampleWeight !== undefined) throw invalid("sampleWeight", "none for a calibration curve", sampleWeight);
      return addSamples(samples, yTrue, probabilities);
    },
    compute(state) {
      const samples = collect(state);
      const probabilities = binaryScores(samples);
      checkProbabilities("probabilities", probabilities);
      const present = uniqueLabels(samples.yTrue);
      if (present.length > 2) throw invalid("yTrue", "two classes", listLabels(present));
      const positive = positiveLabel(present, posLabel);
      const edges = strategy === "uniform" ? uniformEdges(bins) : quantileEdges(probabilities, bins);
      const found = binned(
        probabilities,
        samples.yTrue.map((label) => Number(label === positive)),
        edges,
      );
      return {
        probTrue: found.map(({ count, outcomes }) => outcomes / count),
        probPred: found.map(({ count, predictions }) => predictions / count),
        counts: found.map(({ count }) => count),
      };
    },
  };
}

/**
 * The calibration (reliability) curve of a binary problem. As scikit-learn's `calibration_curve`.
 * @param yTrue true classes, n
 * @param probabilities of the positive class, n in [0, 1] (or n × 2: the second column)
 * @throws when the input is empty or not as described
 */
export function calibrationCurve(
  yTrue: Labels,
  probabilities: Numbers | Rows,
  options: CalibrationCurveOptions = {},
): CalibrationCurve {
  return whole(calibrationCurveMetric(options), yTrue, probabilities);
}

/** The inner edges between bins of equal width on [0, 1]. */
export function uniformEdges(bins: number): number[] {
  return Array.from({ length: bins - 1 }, (_, i) => (i + 1) * (1 / bins));
}

/** The inner edges at quantiles, linear between neighbours as numpy's `percentile`. */
function quantileEdges(values: Float64Array, bins: number): number[] {
  const sorted = values.toSorted();
  return uniformEdges(bins).map((part) => quantile(sorted, (part * 100) / 100));
}

/** The sums of each bin that has samples; a value on an edge belongs to the bin below. */
export function binned(
  predictions: Numbers,
  outcomes: Numbers,
  edges: readonly number[],
  weights?: Numbers,
): { count: number; predictions: number; outcomes: number }[] {
  const bins = Array.from({ length: edges.length + 1 }, () => ({ count: 0, predictions: 0, outcomes: 0 }));
  for (let i = 0; i < predictions.length; i++) {
    const prediction = predictions[i] ?? 0;
    const weight = weights?.[i] ?? 1;
    const bin = bins[edgesBelow(edges, prediction)];
    if (bin === undefined) continue;
    bin.count += weight;
    bin.predictions += weight * prediction;
    bin.outcomes += weight * (outcomes[i] ?? 0);
  }
  return bins.filter(({ count }) => count > 0);
}

/** How many of the ascending edges are below a value: the bin that it is in. */
export function edgesBelow(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
