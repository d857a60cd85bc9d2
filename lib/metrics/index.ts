// What `ml.metrics` is in a cell.
export { accuracy, type WeightOptions } from "./accuracy.js";
export { type AveragePrecisionOptions, averagePrecision } from "./average-precision.js";
export { type BalancedAccuracyOptions, balancedAccuracy } from "./balanced-accuracy.js";
export { type BootstrapInterval, type BootstrapOptions, bootstrapInterval } from "./bootstrap-interval.js";
export { type BrierScoreOptions, brierScore } from "./brier-score.js";
export { type CalibrationCurve, type CalibrationCurveOptions, calibrationCurve } from "./calibration-curve.js";
export type { Average, ClassScoreOptions } from "./class-scores.js";
export {
  type ClassificationReport,
  type ClassificationReportOptions,
  classificationReport,
  type ReportScores,
} from "./classification-report.js";
export { type CohenKappaOptions, cohenKappa } from "./cohen-kappa.js";
export { type ConfusionMatrix, type ConfusionMatrixOptions, confusionMatrix } from "./confusion-matrix.js";
export {
  type ExpectedCalibrationErrorOptions,
  expectedCalibrationError,
} from "./expected-calibration-error.js";
export { type FBetaOptions, f1Score, fBeta } from "./f-beta.js";
export type { Label, Labels } from "./labels.js";
export { type LogLossOptions, logLoss } from "./log-loss.js";
export { matthews } from "./matthews.js";
export { type MeanAbsoluteErrorOptions, meanAbsoluteError } from "./mean-absolute-error.js";
export { type MeanSquaredErrorOptions, meanSquaredError } from "./mean-squared-error.js";
export { type Metric, StreamingMetric } from "./metric.js";
export type { Numbers, Rows } from "./numbers.js";
export { precision } from "./precision.js";
export { type PrecisionRecallCurve, precisionRecallCurve } from "./precision-recall-curve.js";
export { type R2Options, r2 } from "./r2.js";
export { recall } from "./recall.js";
export type { Values } from "./regression-errors.js";
export { type RocAucOptions, rocAuc, type ScoreAverage } from "./roc-auc.js";
export { type CurveOptions, type RocCurve, rocCurve } from "./roc-curve.js";
export { streaming } from "./streaming.js";
export { type TopKAccuracyOptions, topKAccuracy } from "./top-k-accuracy.js";
export { UndefinedMetricError } from "./undefined-metric.js";
