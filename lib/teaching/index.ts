// What `ml.teaching` is in a cell.
export { type AnswerTo, check } from "./check.js";
export type { Exercise, Problem } from "./exercise.js";
export type { Verdict } from "./verdict.js";
