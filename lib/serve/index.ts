// What `ml.serve` is.

export type { DashboardPage, DashboardPages } from "./dashboard-pages.js";
export type {
  Classification,
  Failure,
  InputItem,
  ModelVersion,
  NestedNumbers,
  Prediction,
  PredictRequest,
  PredictResponse,
  Regression,
} from "./messages.js";
export type { Mirror, MirrorCounts, MirrorOptions } from "./mirror.js";
export type { ServeOptions } from "./options.js";
export type { PredictionRecord, PredictionStore } from "./prediction-log.js";
export type { Server, ServerCounts, SwapOptions } from "./server.js";
export { start } from "./start.js";
