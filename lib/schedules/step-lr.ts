// Step decay: the rate falls by a factor at regular intervals. The schedule of api.md's first example.
import { checkNumber, checkOptions, checkWhole } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { defineSchedule, type Schedule, type ScheduleUnit } from "./schedule.js";

export interface StepLROptions {
  /** How many epochs (or steps) one rate holds; a whole number, at least 1. */
  stepSize: number;
  /** What the rate is multiplied by each time; above 0, 0.1 by default. */
  gamma?: number;
  /** What is counted: epochs by default. */
  by?: ScheduleUnit;
}

/**
 * `learningRate · gamma^⌊count / stepSize⌋`, as PyTorch's `StepLR`.
 * @throws when stepSize or gamma is out of range
 */
export function stepLR(options: StepLROptions): Schedule {
  checkOptions("options", options, ["stepSize", "gamma", "by"]);
  const { stepSize, gamma = 0.1, by = "epoch" } = options;
  checkWhole("stepSize", stepSize, 1);
  checkNumber("gamma", gamma, { above: 0 });
  return madeBy(
    defineSchedule(by, (count, learningRate) => learningRate * gamma ** Math.floor(count / stepSize)),
    "stepLR",
    options,
  );
}
