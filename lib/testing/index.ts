// What `ml.testing` is in a cell.
export { type Direction, type DirectionOptions, direction } from "./direction.js";
export { expectNoTensorLeak, type TensorLeakOptions } from "./expect-no-tensor-leak.js";
export {
  type GoldenPredictions,
  type GoldenPredictionsOptions,
  goldenPredictions,
} from "./golden-predictions.js";
export { type GradientCheck, type GradientCheckOptions, gradientCheck, type ModelWeight } from "./gradient-check.js";
export type { CheckedVariable } from "./gradient-display.js";
export {
  boundaryInputs,
  type InputCase,
  type InputCases,
  type InputCasesOptions,
  type WrongInputsOptions,
  wrongInputs,
} from "./input-cases.js";
export { type Invariance, type InvarianceOptions, invariance } from "./invariance.js";
export { type Latency, type LatencyBudgetOptions, latencyBudget } from "./latency-budget.js";
export {
  type MinimumFunctionality,
  type MinimumFunctionalityOptions,
  minimumFunctionality,
} from "./minimum-functionality.js";
export type { ImageTransform, Predictor } from "./predictor.js";
