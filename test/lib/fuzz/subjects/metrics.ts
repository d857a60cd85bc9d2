// The fuzz table's metrics, as functions and in their running form.
import * as ml from "../../../../lib/index.js";
import type { Subject } from "../subject.js";

const classes = [0, 1, 1, 0, 1, 0, 0, 1];
const predicted = [0, 1, 0, 0, 1, 1, 0, 1];
const scores = [0.1, 0.8, 0.4, 0.3, 0.9, 0.6, 0.2, 0.7];
const rows = scores.map((score) => [1 - score, score]);
const weights = [1, 2, 1, 0.5, 1, 1, 0, 3];
const labels = [0, 1];

const binary = { average: "binary", posLabel: 1, zeroDivision: 0 };
const several = { average: "macro", labels, zeroDivision: 1 };
type Case = readonly [name: string, prediction: readonly unknown[], options: object];

const cases: readonly Case[] = [
  ["accuracy", predicted, {}],
  ["averagePrecision", scores, { average: "macro", posLabel: 1 }],
  ["averagePrecision", rows.map(([a, b]) => [a, b, 0.5]), { average: "macro", labels: [0, 1, 2] }],
  ["balancedAccuracy", predicted, { adjusted: true }],
  ["brierScore", scores, { posLabel: 1, scaleByHalf: "auto" }],
  ["brierScore", rows, { labels, scaleByHalf: false }],
  ["calibrationCurve", scores, { bins: 4, strategy: "quantile", posLabel: 1 }],
  ["classificationReport", predicted, { labels, classNames: ["no", "yes"], digits: 3, zeroDivision: 0 }],
  ["cohenKappa", predicted, { weights: "linear", labels }],
  ["confusionMatrix", predicted, { labels, normalize: "true" }],
  ["expectedCalibrationError", rows, { bins: 5, norm: "l1", labels }],
  ["expectedCalibrationError", scores, { bins: 5, norm: "max", posLabel: 1 }],
  ["f1Score", predicted, binary],
  ["fBeta", predicted, { ...several, beta: 2 }],
  ["logLoss", rows, { labels, normalize: true }],
  ["matthews", predicted, {}],
  ["meanAbsoluteError", scores, { multiOutput: "uniformAverage" }],
  ["meanSquaredError", scores, { multiOutput: "rawValues" }],
  ["precision", predicted, several],
  ["precisionRecallCurve", scores, { posLabel: 1, dropIntermediate: true }],
  ["r2", scores, { multiOutput: "varianceWeighted" }],
  ["recall", predicted, binary],
  ["rocAuc", scores, { multiClass: "ovr", average: "macro", maxFpr: 0.5 }],
  ["rocCurve", scores, { posLabel: 1, dropIntermediate: false }],
  ["topKAccuracy", rows, { k: 1, labels, normalize: true }],
];

/** zeroDivision: NaN is asked for, and the curve's threshold Infinity. */
const nan = new Set(["classificationReport", "f1Score", "fBeta", "precision", "recall"]);

function whole([name, prediction, options]: Case): Subject {
  const weighted = name === "calibrationCurve" ? {} : { sampleWeight: weights };
  return {
    name: `ml.metrics.${name}`,
    args: () => [classes, prediction, { ...options, ...weighted }],
    nan: nan.has(name),
  };
}

function running([name, prediction, options]: Case): Subject {
  const weighted = name === "calibrationCurve" ? [] : [weights];
  const use = (metric: ml.metrics.StreamingMetric<unknown, unknown, unknown>) =>
    metric
      .update(classes, prediction, ...weighted)
      .update(classes, prediction)
      .compute();
  return { name: `ml.metrics.streaming.${name}`, args: () => [options], use, nan: nan.has(name) };
}

export const metrics: readonly Subject[] = [
  ...cases.map(whole),
  ...cases.map(running),
  {
    name: "ml.metrics.StreamingMetric",
    args: () => [ml.metrics.streaming.rocAuc({}).metric],
    use: (metric: ml.metrics.StreamingMetric<unknown, unknown, unknown>) => metric.update(classes, scores).compute(),
    // A metric of one's own is one's own.
    fixed: ["prediction", "initial", "update", "compute"],
  },
  // What a running metric is fed with, rather than what it is made of.
  ...cases.map(([name, prediction, options]): Subject => {
    const make = (
      ml.metrics.streaming as Record<string, (given: object) => ml.metrics.StreamingMetric<unknown, unknown, unknown>>
    )[name];
    return {
      name: "ml.metrics.StreamingMetric",
      args: () => [
        make?.(options).metric,
        name,
        classes,
        prediction,
        ...(name === "calibrationCurve" ? [] : [weights]),
      ],
      use: (
        metric: ml.metrics.StreamingMetric<unknown, unknown, unknown>,
        [, , yTrue, yPred, sampleWeight]: readonly unknown[],
      ) => metric.update(yTrue, yPred, sampleWeight as number[]).compute(),
      fixed: ["0"],
      nan: nan.has(name),
    };
  }),
  {
    name: "ml.metrics.bootstrapInterval",
    args: () => [ml.metrics.accuracy, classes, predicted, { confidence: 0.9, resamples: 20, seed: 3, method: "basic" }],
    // A million of them takes its time.
    fixed: ["resamples"],
    runs: 150,
  },
];
