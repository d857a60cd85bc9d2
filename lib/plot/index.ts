// What `ml.plot` is in a cell.
import "./tensor-display.js";

export {
  type Augmentation,
  type AugmentationsData,
  type AugmentationsOptions,
  augmentations,
} from "./augmentations.js";
export { type BarsData, type BarsOptions, bars, type NamedValues } from "./bars.js";
export { type CalibrationData, type CalibrationOptions, type CalibrationPoints, calibration } from "./calibration.js";
export { type ChannelStatisticsData, type ChannelStatisticsOptions, channelStatistics } from "./channel-statistics.js";
export { Chart } from "./chart.js";
export {
  type ClassBalanceData,
  type ClassBalanceOptions,
  classBalance,
  type LabelledClasses,
} from "./class-balance.js";
export { type ConfusionMatrixData, type ConfusionMatrixOptions, confusionMatrix } from "./confusion-matrix.js";
export { DataTable, type TableColumn } from "./data-table.js";
export { type EmbeddingData, type EmbeddingOptions, embedding } from "./embedding.js";
export type { EpochRow } from "./epoch-rows.js";
export { type FeatureMapsData, type FeatureMapsOptions, featureMaps } from "./feature-maps.js";
export { type FiltersData, type FiltersOptions, filters } from "./filters.js";
export type { GraphLayer, GraphNode } from "./fold-layers.js";
export { type GradCamData, type GradCamOptions, gradCam } from "./grad-cam.js";
export { type HistogramData, type HistogramOptions, histogram } from "./histogram.js";
export { type ImageGridData, type ImageGridOptions, imageGrid } from "./image-grid.js";
export type { ImageSamples } from "./image-values.js";
export { type LearningRateRangeData, learningRateRange } from "./learning-rate-range.js";
export { type LineData, type LineOptions, line } from "./line.js";
export { type LossCurveData, type LossCurveOptions, lossCurve } from "./loss-curve.js";
export type { StepRow } from "./loss-panels.js";
export { type MetricTableData, type MetricTableOptions, metricTable, type ScoreFunction } from "./metric-table.js";
export { misclassified } from "./misclassified.js";
export { type LayerGraph, type ModelGraphData, type ModelGraphOptions, modelGraph } from "./model-graph.js";
export type { Numbers } from "./number-series.js";
export { Picture } from "./picture.js";
export {
  type PrecisionRecallData,
  type PrecisionRecallPoints,
  precisionRecall,
} from "./precision-recall.js";
export type { Predictions } from "./predictions.js";
export { type RocCurveData, type RocPoints, rocCurve } from "./roc-curve.js";
export type { NamedRuns, RunComparisonData } from "./run-comparison.js";
export type { GallerySample, SampleGalleryData, SampleGalleryOptions } from "./sample-gallery.js";
export { type ScatterData, type ScatterOptions, scatter } from "./scatter.js";
export type { Spec } from "./spec.js";
export { type TableOptions, type TableRow, table } from "./table.js";
export {
  gradientHistograms,
  type TensorHistogram,
  type TensorHistogramsData,
  type TensorHistogramsOptions,
  weightHistograms,
} from "./tensor-histograms.js";
export { type ThresholdRow, type ThresholdsData, type ThresholdsOptions, thresholds } from "./thresholds.js";
export { topLosses } from "./top-losses.js";
