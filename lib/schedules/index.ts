// What `ml.schedules` is in a cell.
export { chain, sequential } from "./chain.js";
export { type ConstantOptions, constant } from "./constant.js";
export { type CosineOptions, cosine } from "./cosine.js";
export { type ExponentialLROptions, exponentialLR } from "./exponential-lr.js";
export { type MultiStepLROptions, multiStepLR } from "./multi-step-lr.js";
export { type OneCycleOptions, oneCycle } from "./one-cycle.js";
export { type PolynomialOptions, polynomial } from "./polynomial.js";
export {
  type PlateauSchedule,
  type PlateauState,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
} from "./reduce-on-plateau.js";
export type { Schedule, ScheduleLength, ScheduleUnit } from "./schedule.js";
export { type StepLROptions, stepLR } from "./step-lr.js";
export { type WarmupOptions, warmup } from "./warmup.js";
