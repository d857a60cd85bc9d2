// The running form of every metric: fit() and evaluate() feed it batch by batch, and it gives what the function of the
// same name gives for all batches together.
import { invalid } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { accuracyMetric } from "./accuracy.js";
import { type AveragePrecisionOptions, averagePrecisionMetric } from "./average-precision.js";
import { type BalancedAccuracyOptions, balancedAccuracyMetric } from "./balanced-accuracy.js";
import { type BrierScoreOptions, brierScoreMetric } from "./brier-score.js";
import { type CalibrationCurveOptions, calibrationCurveMetric } from "./calibration-curve.js";
import type { Average, ClassScoreOptions } from "./class-scores.js";
import { type ClassificationReportOptions, classificationReportMetric } from "./classification-report.js";
import { type CohenKappaOptions, cohenKappaMetric } from "./cohen-kappa.js";
import { type ConfusionMatrixOptions, confusionMatrixMetric } from "./confusion-matrix.js";
import { type ExpectedCalibrationErrorOptions, expectedCalibrationErrorMetric } from "./expected-calibration-error.js";
import { type FBetaOptions, f1ScoreMetric, fBetaMetric } from "./f-beta.js";
import { type LogLossOptions, logLossMetric } from "./log-loss.js";
import { matthewsMetric } from "./matthews.js";
import { type MeanAbsoluteErrorOptions, meanAbsoluteErrorMetric } from "./mean-absolute-error.js";
import { type MeanSquaredErrorOptions, meanSquaredErrorMetric } from "./mean-squared-error.js";
import { type Metric, StreamingMetric } from "./metric.js";
import { precisionMetric } from "./precision.js";
import { precisionRecallCurveMetric } from "./precision-recall-curve.js";
import { type R2Options, r2Metric } from "./r2.js";
import { recallMetric } from "./recall.js";
import type { MultiOutput } from "./regression-errors.js";
import { type RocAucOptions, rocAucMetric, type ScoreAverage } from "./roc-auc.js";
import { type CurveOptions, rocCurveMetric } from "./roc-curve.js";
import { type TopKAccuracyOptions, topKAccuracyMetric } from "./top-k-accuracy.js";

type ClassScores<A extends Average> = Omit<ClassScoreOptions<A>, "sampleWeight">;

/** Weights belong to batches; here they would be ignored. */
function unweighted<T extends object | undefined>(options: T): T {
  const weights = (options as { sampleWeight?: unknown } | null | undefined)?.sampleWeight;
  if (weights !== undefined) throw invalid("sampleWeight", "none here (it is the third argument of update)", weights);
  return options;
}

/** A checkpoint can say how it was made. */
function running<Truth, Prediction, Value>(
  name: string,
  metric: Metric<Truth, Prediction, Value>,
  options: object = {},
): StreamingMetric<Truth, Prediction, Value> {
  return madeBy(new StreamingMetric(metric, name), name, options);
}

/**
 * `const running = ml.metrics.streaming.f1Score({ average: "macro" })`, then `running.update(yTrue, yPred)` for each
 * batch and `running.compute()`. Options are those of the function of the same name; weights go to `update`.
 */
export const streaming = {
  accuracy: () => running("accuracy", accuracyMetric),
  averagePrecision: <A extends ScoreAverage = "macro">(options?: AveragePrecisionOptions<A>) =>
    running("averagePrecision", averagePrecisionMetric(unweighted(options)), options),
  balancedAccuracy: (options?: BalancedAccuracyOptions) =>
    running("balancedAccuracy", balancedAccuracyMetric(unweighted(options)), options),
  brierScore: (options?: BrierScoreOptions) => running("brierScore", brierScoreMetric(unweighted(options)), options),
  calibrationCurve: (options?: CalibrationCurveOptions) =>
    running("calibrationCurve", calibrationCurveMetric(unweighted(options)), options),
  classificationReport: (options?: ClassificationReportOptions) =>
    running("classificationReport", classificationReportMetric(unweighted(options)), options),
  cohenKappa: (options?: CohenKappaOptions) => running("cohenKappa", cohenKappaMetric(unweighted(options)), options),
  confusionMatrix: (options?: ConfusionMatrixOptions) =>
    running("confusionMatrix", confusionMatrixMetric(unweighted(options)), options),
  expectedCalibrationError: (options?: ExpectedCalibrationErrorOptions) =>
    running("expectedCalibrationError", expectedCalibrationErrorMetric(unweighted(options)), options),
  f1Score: <A extends Average = "binary">(options?: ClassScores<A>) =>
    running("f1Score", f1ScoreMetric(unweighted(options)), options),
  fBeta: <A extends Average = "binary">(options: FBetaOptions<A>) =>
    running("fBeta", fBetaMetric(unweighted(options)), options),
  logLoss: (options?: LogLossOptions) => running("logLoss", logLossMetric(unweighted(options)), options),
  matthews: () => running("matthews", matthewsMetric),
  meanAbsoluteError: <M extends MultiOutput = "uniformAverage">(options?: MeanAbsoluteErrorOptions<M>) =>
    running("meanAbsoluteError", meanAbsoluteErrorMetric(unweighted(options)), options),
  meanSquaredError: <M extends MultiOutput = "uniformAverage">(options?: MeanSquaredErrorOptions<M>) =>
    running("meanSquaredError", meanSquaredErrorMetric(unweighted(options)), options),
  precision: <A extends Average = "binary">(options?: ClassScores<A>) =>
    running("precision", precisionMetric(unweighted(options)), options),
  precisionRecallCurve: (options?: CurveOptions) =>
    running("precisionRecallCurve", precisionRecallCurveMetric(unweighted(options)), options),
  r2: <M extends MultiOutput | "varianceWeighted" = "uniformAverage">(options?: R2Options<M>) =>
    running("r2", r2Metric(unweighted(options)), options),
  recall: <A extends Average = "binary">(options?: ClassScores<A>) =>
    running("recall", recallMetric(unweighted(options)), options),
  rocAuc: <A extends ScoreAverage = "macro">(options?: RocAucOptions<A>) =>
    running("rocAuc", rocAucMetric(unweighted(options)), options),
  rocCurve: (options?: CurveOptions) => running("rocCurve", rocCurveMetric(unweighted(options)), options),
  topKAccuracy: (options?: TopKAccuracyOptions) =>
    running("topKAccuracy", topKAccuracyMetric(unweighted(options)), options),
};
