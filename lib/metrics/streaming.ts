// The running form of every metric: fit() and evaluate() feed it batch by batch, and it gives what the function of the
// same name gives for all batches together.
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

/**
 * `const running = ml.metrics.streaming.f1Score({ average: "macro" })`, then `running.update(yTrue, yPred)` for each
 * batch and `running.compute()`. Options are those of the function of the same name; weights go to `update`.
 */
export const streaming = {
  accuracy: () => new StreamingMetric(accuracyMetric),
  averagePrecision: <A extends ScoreAverage = "macro">(options?: AveragePrecisionOptions<A>) =>
    new StreamingMetric(averagePrecisionMetric(options)),
  balancedAccuracy: (options?: BalancedAccuracyOptions) => new StreamingMetric(balancedAccuracyMetric(options)),
  brierScore: (options?: BrierScoreOptions) => new StreamingMetric(brierScoreMetric(options)),
  calibrationCurve: (options?: CalibrationCurveOptions) => new StreamingMetric(calibrationCurveMetric(options)),
  classificationReport: (options?: ClassificationReportOptions) =>
    new StreamingMetric(classificationReportMetric(options)),
  cohenKappa: (options?: CohenKappaOptions) => new StreamingMetric(cohenKappaMetric(options)),
  confusionMatrix: (options?: ConfusionMatrixOptions) => new StreamingMetric(confusionMatrixMetric(options)),
  expectedCalibrationError: (options?: ExpectedCalibrationErrorOptions) =>
    new StreamingMetric(expectedCalibrationErrorMetric(options)),
  f1Score: <A extends Average = "binary">(options?: ClassScores<A>) => new StreamingMetric(f1ScoreMetric(options)),
  fBeta: <A extends Average = "binary">(options: FBetaOptions<A>) => new StreamingMetric(fBetaMetric(options)),
  logLoss: (options?: LogLossOptions) => new StreamingMetric(logLossMetric(options)),
  matthews: () => new StreamingMetric(matthewsMetric),
  meanAbsoluteError: <M extends MultiOutput = "uniformAverage">(options?: MeanAbsoluteErrorOptions<M>) =>
    new StreamingMetric(meanAbsoluteErrorMetric(options)),
  meanSquaredError: <M extends MultiOutput = "uniformAverage">(options?: MeanSquaredErrorOptions<M>) =>
    new StreamingMetric(meanSquaredErrorMetric(options)),
  precision: <A extends Average = "binary">(options?: ClassScores<A>) => new StreamingMetric(precisionMetric(options)),
  precisionRecallCurve: (options?: CurveOptions) => new StreamingMetric(precisionRecallCurveMetric(options)),
  r2: <M extends MultiOutput | "varianceWeighted" = "uniformAverage">(options?: R2Options<M>) =>
    new StreamingMetric(r2Metric(options)),
  recall: <A extends Average = "binary">(options?: ClassScores<A>) => new StreamingMetric(recallMetric(options)),
  rocAuc: <A extends ScoreAverage = "macro">(options?: RocAucOptions<A>) => new StreamingMetric(rocAucMetric(options)),
  rocCurve: (options?: CurveOptions) => new StreamingMetric(rocCurveMetric(options)),
  topKAccuracy: (options?: TopKAccuracyOptions) => new StreamingMetric(topKAccuracyMetric(options)),
};
