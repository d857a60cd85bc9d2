// What `ml` is in a cell.
import "./displays.js";

export * as callbacks from "./callbacks/index.js";
export * as compress from "./compress/index.js";
export * as data from "./data/index.js";
export { type Backend, type BackendRequest, ready, useBackend } from "./engine/backend.js";
export { type Environment, environment } from "./engine/environment.js";
export { type CompiledStep, type CompileOptions, compile } from "./engine/jit/compile.js";
export { type CompiledInference, compileInference, type InferenceOptions } from "./engine/jit/compile-inference.js";
export * as exporters from "./exporters/index.js";
export * as losses from "./losses/index.js";
export * as metrics from "./metrics/index.js";
export * as models from "./models/index.js";
export * as optimizers from "./optimizers/index.js";
export * as plot from "./plot/index.js";
export * as schedules from "./schedules/index.js";
export * as testing from "./testing/index.js";
export { type CrossValidateOptions, crossValidate } from "./training/cross-validate.js";
export { CrossValidation, type FoldResult } from "./training/cross-validation.js";
export { type EvaluateOptions, evaluate } from "./training/evaluate.js";
export { Evaluation } from "./training/evaluation.js";
export { type FindLearningRateOptions, findLearningRate } from "./training/find-learning-rate.js";
export { type FitError, type FitOptions, fit } from "./training/fit.js";
export { History } from "./training/history.js";
export { LearningRateRange } from "./training/learning-rate-range.js";
export { type PredictOptions, predict } from "./training/predict.js";
export { type LayerSummary, ModelSummary, type SummaryOptions, summary } from "./training/summary.js";
export * as transforms from "./transforms/index.js";
