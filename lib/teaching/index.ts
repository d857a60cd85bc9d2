// What `ml.teaching` is in a cell.
export { type AnswerTo, check } from "./check.js";
export type { Exercise, Problem } from "./exercise.js";
export type { LayerGradients, MomentumStep } from "./exercises/backpropagation.js";
export type { Candidate, Int8Weights } from "./exercises/compression.js";
export type { LiveChange } from "./exercises/deployment.js";
export type { ConfusedPair } from "./exercises/error-analysis.js";
export type { KernelShape } from "./exercises/export.js";
export type { LateLabelled } from "./exercises/monitoring.js";
export type { AdamState, AdamStep, WarmupCosine } from "./exercises/optimisation.js";
export type { EarlyStop, IndexFold } from "./exercises/overfitting.js";
export type { NormalizedParts } from "./exercises/preprocessing.js";
export type { Classifier } from "./exercises/testing.js";
export { type AnswerToQuestion, type Interview, type InterviewOptions, interview } from "./interview.js";
export type { AnsweredQuestion, ScoreCard } from "./score-card.js";
export type { Verdict } from "./verdict.js";
