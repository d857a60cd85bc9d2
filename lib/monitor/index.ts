// What `ml.monitor` is in a cell.
export { type DriftOptions, drift } from "./drift.js";
export { DriftReport, type FeatureDrift } from "./drift-report.js";
export type { FeatureValues, Sample } from "./features.js";
export { imageFeatures } from "./image-features.js";
export type { DriftMethod } from "./statistics.js";
