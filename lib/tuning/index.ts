// What `ml.tuning` is in a cell.
export { crossValidate, type TuningCrossValidateOptions } from "./cross-validate.js";
export {
  type ChoiceDistribution,
  choice,
  type Distribution,
  type FloatDistribution,
  float,
  type IntDistribution,
  int,
  type ParameterValue,
  type RangeOptions,
} from "./distributions.js";
export { type FoldOfOptions, foldOf } from "./fold-jobs.js";
export { FoldScores } from "./fold-scores.js";
export type { QueueAddress } from "./queue-address.js";
export { startWorker, type TrialWorker, type WorkerOptions } from "./queue-worker.js";
export { type SearchOptions, search } from "./search.js";
export { SearchResult, type TrialResult } from "./search-result.js";
export type { Parameters, Space } from "./space.js";
export type { TrialReference } from "./trial-module.js";
export type { TrialContext, TrialError, TrialRun } from "./trial-run.js";
