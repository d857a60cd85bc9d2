// The running form of every metric: fit() and evaluate() feed it batch by batch, and it gives what the function of the
// same name gives for all batches together.
import { invalid } from "../engine/invalid.js";
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
import { StreamingMetric } from "./metric.js";
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

/**
 * `const running = ml.metrics.streaming.f1Score({ average: "macro" })`, then `running.update(yTrue, yPred)` for each
 * batch and `running.compute()`. Options are those of the function of the same name; weights go to `update`.
 */
export const streaming = {
  accuracy: () => new StreamingMetric(accuracyMetric),
  averagePrecision: <A extends ScoreAverage = "macro">(options?: AveragePrecisionOptions<A>) =>
    new StreamingMetric(averagePrecisionMetric(unweighted(options))),
  balancedAccuracy: (options?: BalancedAccuracyOptions) =>
    new StreamingMetric(balancedAccuracyMetric(unweighted(options))),
  brierScore: (options?: BrierScoreOptions) => new StreamingMetric(brierScoreMetric(unweighted(options))),
  calibrationCurve: (options?: CalibrationCurveOptions) =>
    new StreamingMetric(calibrationCurveMetric(unweighted(options))),
  classificationReport: (options?: ClassificationReportOptions) =>
    new StreamingMetric(classificationReportMetric(unweighted(options))),
  cohenKappa: (options?: CohenKappaOptions) => new StreamingMetric(cohenKappaMetric(unweighted(options))),
  confusionMatrix: (options?: ConfusionMatrixOptions) =>
    new StreamingMetric(confusionMatrixMetric(unweighted(options))),
  expectedCalibrationError: (options?: ExpectedCalibrationErrorOptions) =>
    new StreamingMetric(expectedCalibrationErrorMetric(unweighted(options))),
  f1Score: <A extends Average = "binary">(options?: ClassScores<A>) =>
    new StreamingMetric(f1ScoreMetric(unweighted(options))),
  fBeta: <A extends Average = "binary">(options: FBetaOptions<A>) =>
    new StreamingMetric(fBetaMetric(unweighted(options))),
  logLoss: (options?: LogLossOptions) => new StreamingMetric(logLossMetric(unweighted(options))),
  matthews: () => new StreamingMetric(matthewsMetric),
  meanAbsoluteError: <M extends MultiOutput = "uniformAverage">(options?: MeanAbsoluteErrorOptions<M>) =>
    new StreamingMetric(meanAbsoluteErrorMetric(unweighted(options))),
  meanSquaredError: <M extends MultiOutput = "uniformAverage">(options?: MeanSquaredErrorOptions<M>) =>
    new StreamingMetric(meanSquaredErrorMetric(unweighted(options))),
  precision: <A extends Average = "binary">(options?: ClassScores<A>) =>
    new StreamingMetric(precisionMetric(unweighted(options))),
  precisionRecallCurve: (options?: CurveOptions) =>
    new StreamingMetric(precisionRecallCurveMetric(unweighted(options))),
  r2: <M extends MultiOutput | "varianceWeighted" = "uniformAverage">(options?: R2Options<M>) =>
    new StreamingMetric(r2Metric(unweighted(options))),
  recall: <A extends Average = "binary">(options?: ClassScores<A>) =>
    new StreamingMetric(recallMetric(unweighted(options))),
  rocAuc: <A extends ScoreAverage = "macro">(options?: RocAucOptions<A>) =>
    new StreamingMetric(rocAucMetric(unweighted(options))),
  rocCurve: (options?: CurveOptions) => new StreamingMetric(rocCurveMetric(unweighted(options))),
  topKAccuracy: (options?: TopKAccuracyOptions) => new StreamingMetric(topKAccuracyMetric(unweighted(options))),
};
