// What `ml.monitor` is in a cell.
export type { AlertMetric, AlertRule, AlertRuleOptions } from "./alert-rules.js";
export type { AlertStatus } from "./alert-state.js";
export type { AlertEvent, AlertSpan, TimelineOptions } from "./alert-timeline.js";
export { type AlertReading, Alerts, type AlertsOptions, alerts } from "./alerts.js";
export { type DriftOptions, drift } from "./drift.js";
export { DriftReport, type FeatureDrift } from "./drift-report.js";
export type { Driver } from "./driver.js";
export type { FeatureValues, Sample } from "./features.js";
export { imageFeatures } from "./image-features.js";
export type { LiveScore, ScoreName } from "./live-scores.js";
export { type OpenOptions, open } from "./open.js";
export { type PerformanceOptions, performance } from "./performance.js";
export { PerformanceReport, type PerformanceWindow } from "./performance-report.js";
export type { LoggedClass, LoggedPrediction, StoredPrediction, TrueLabel } from "./prediction.js";
export type { DriftMethod } from "./statistics.js";
export { type FlushOptions, Store, type StoreCounts } from "./store.js";
export { type VerifyOptions, verifySignature, type WebhookOptions } from "./webhook.js";
export type { PredictionWindow } from "./window.js";
