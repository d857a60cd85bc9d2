// Exponential decay.
import { checkNumber, checkOptions } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { defineSchedule, type Schedule, type ScheduleUnit } from "./schedule.js";

export interface ExponentialLROptions {
  /** What the rate is multiplied by at every epoch (or step); above 0. */
  gamma: number;
  /** What is counted: epochs by default. */
  by?: ScheduleUnit;
}

/**
 * `learningRate · gamma^count`, as PyTorch's `ExponentialLR`.
 * @throws when gamma is out of range
 */
export function exponentialLR(options: ExponentialLROptions): Schedule {
  checkOptions("options", options, ["gamma", "by"]);
  const { gamma, by = "epoch" } = options;
  checkNumber("gamma", gamma, { above: 0 });
  return madeBy(
    defineSchedule(by, (count, learningRate) => learningRate * gamma ** count),
    "exponentialLR",
    options,
  );
}
