// Losses by name, for `fit({ loss: "crossEntropy" })`.
import { invalid } from "../engine/invalid.js";
import { binaryCrossEntropy } from "./binary-cross-entropy.js";
import { crossEntropy } from "./cross-entropy.js";
import type { LossFunction } from "./loss.js";
import { huber, meanAbsoluteError, meanSquaredError } from "./regression.js";

const losses = { crossEntropy, binaryCrossEntropy, meanSquaredError, meanAbsoluteError, huber };

/** The losses that have a name. */
export type LossName = keyof typeof losses;

/** @throws when there is no loss of this name, with the names that there are. */
export function namedLoss(loss: LossName | LossFunction): LossFunction {
  if (typeof loss === "function") return loss;
  if (Object.hasOwn(losses, loss)) return losses[loss];
  throw invalid("loss", `a function or one of ${Object.keys(losses).join(", ")}`, loss);
}
