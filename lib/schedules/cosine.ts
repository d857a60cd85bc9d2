// Cosine annealing, with and without warm restarts.
import { checkBoolean, checkNumber, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { defineSchedule, readLength, type Schedule, type ScheduleLength } from "./schedule.js";

export type CosineOptions = ScheduleLength & {
  /** The rate at the end of the descent; at least 0, 0 by default. */
  minLearningRate?: number;
  /** Jump back to the full rate after each descent; otherwise the rate climbs back along the same curve. */
  restarts?: boolean;
  /** With restarts: how much longer each descent is than the one before; a whole number, 1 by default. */
  lengthMultiplier?: number;
};

/**
 * Half a cosine from `learningRate` down to `minLearningRate` over `epochs` (or `steps`). As PyTorch's
 * `CosineAnnealingLR` (T_max, eta_min), with restarts as its `CosineAnnealingWarmRestarts` (T_0, T_mult, eta_min).
 * Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017 (arXiv 1608.03983).
 * @throws when the length, minLearningRate or lengthMultiplier is out of range
 */
export function cosine(options: CosineOptions): Schedule {
  checkOptions("options", options, ["epochs", "steps", "minLearningRate", "restarts", "lengthMultiplier"]);
  const { minLearningRate = 0, restarts = false, lengthMultiplier = 1 } = options;
  const { length, by } = readLength(options);
  checkNumber("minLearningRate", minLearningRate, { least: 0 });
  checkBoolean("restarts", restarts);
  checkWhole("lengthMultiplier", lengthMultiplier, 1);
  if (lengthMultiplier !== 1 && !restarts) throw invalid("lengthMultiplier", "1 without restarts", lengthMultiplier);
  return madeBy(
    defineSchedule(by, (count, learningRate) => {
      const part = restarts ? partOfDescent(count, length, lengthMultiplier) : count / length;
      return minLearningRate + ((learningRate - minLearningRate) * (1 + Math.cos(Math.PI * part))) / 2;
    }),
    "cosine",
    options,
  );
}

/** How far the descent that `count` falls into has come, in [0, 1). */
function partOfDescent(count: number, first: number, multiplier: number): number {
  if (multiplier === 1) return (count % first) / first;
  let start = 0;
  let length = first;
  while (count - start >= length) {
    start += length;
    length *= multiplier;
  }
  return (count - start) / length;
}
