// What `ml.optimizers` is in a cell.
export type { Optimizer, OptimizerScalars, OptimizerState, OptimizerUpdate } from "../engine/optimizer.js";
export { type AdagradOptions, adagrad } from "./adagrad.js";
export { type AdamOptions, adam, adamW } from "./adam.js";
export { clipByNorm, clipByValue } from "./clip.js";
export { keepZeros } from "./keep-zeros.js";
export { type RmspropOptions, rmsprop } from "./rmsprop.js";
export { type SgdOptions, sgd } from "./sgd.js";
