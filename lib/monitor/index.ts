// What `ml.monitor` is in a cell.
export { type DriftOptions, drift } from "./drift.js";
export { DriftReport, type FeatureDrift } from "./drift-report.js";
export type { Driver } from "./driver.js";
export type { FeatureValues, Sample } from "./features.js";
export { imageFeatures } from "./image-features.js";
export { type OpenOptions, open } from "./open.js";
export type { LoggedClass, LoggedPrediction, StoredPrediction, TrueLabel } from "./prediction.js";
export type { DriftMethod } from "./statistics.js";
export { type FlushOptions, Store, type StoreCounts } from "./store.js";
export type { PredictionWindow } from "./window.js";
