// What `ml.testing` is in a cell.
export { expectNoTensorLeak, type TensorLeakOptions } from "./expect-no-tensor-leak.js";
export { type GradientCheck, type GradientCheckOptions, gradientCheck, type ModelWeight } from "./gradient-check.js";
export type { CheckedVariable } from "./gradient-display.js";
export {
  type ImageTransform,
  type Invariance,
  type InvarianceOptions,
  invariance,
  type Predictor,
} from "./invariance.js";
