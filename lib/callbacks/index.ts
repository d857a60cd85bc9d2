// What `ml.callbacks` is in a cell.
export type { Callback, StepLogs, TrainingView, Wish } from "../training/callback.js";
export { type CheckpointOptions, checkpoint } from "./checkpoint.js";
export { csvLog } from "./csv-log.js";
export { type EarlyStoppingOptions, earlyStopping } from "./early-stopping.js";
export { type LivePlotOptions, livePlot } from "./live-plot.js";
export { type ProgressOptions, progress } from "./progress.js";
