// What `ml.compress` is.
export type { CalibrationMethod } from "./activations.js";
export { CompressionReport } from "./compression-report.js";
export type { Measured } from "./measure.js";
export { type PruneOptions, prune } from "./prune.js";
export { type PrunedLayer, PruningReport } from "./pruning-report.js";
export { type QuantizeOptions, quantize } from "./quantize.js";
