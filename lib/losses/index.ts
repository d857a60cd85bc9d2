// What `ml.losses` is in a cell.
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from "./binary-cross-entropy.js";
export { type CrossEntropyOptions, crossEntropy } from "./cross-entropy.js";
export type { LossFunction } from "./loss.js";
export { type HuberOptions, huber, meanAbsoluteError, meanSquaredError } from "./regression.js";
