// Step decay at chosen epochs.
import { checkNumber, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { defineSchedule, type Schedule, type ScheduleUnit } from "./schedule.js";

export interface MultiStepLROptions {
  /** The epochs (or steps) at which the rate falls, in ascending order; one named twice counts twice. */
  milestones: readonly number[];
  /** What the rate is multiplied by at each; above 0, 0.1 by default. */
  gamma?: number;
  /** What is counted: epochs by default. */
  by?: ScheduleUnit;
}

/**
 * `learningRate · gamma^(milestones reached)`, as PyTorch's `MultiStepLR`.
 * @throws when a milestone or gamma is out of range or order
 */
export function multiStepLR(options: MultiStepLROptions): Schedule {
  checkOptions("options", options, ["milestones", "gamma", "by"]);
  const { milestones, gamma = 0.1, by = "epoch" } = options;
  const ends = checkMilestones(milestones);
  checkNumber("gamma", gamma, { above: 0 });
  return madeBy(
    defineSchedule(by, (count, learningRate) => learningRate * gamma ** ends.filter((end) => end <= count).length),
    "multiStepLR",
    options,
  );
}

/** A copy of the milestones. @throws unless they are whole numbers, at least 0, in ascending order. */
export function checkMilestones(milestones: readonly number[]): number[] {
  if (!Array.isArray(milestones)) throw invalid("milestones", "an array of whole numbers", milestones);
  milestones.forEach((milestone: number, i) => {
    const previous = milestones[i - 1] ?? 0;
    checkWhole(`milestones[${i}]`, milestone);
    if (milestone < previous)
      throw invalid(`milestones[${i}]`, `a whole number, at least ${previous} (milestones ascend)`, milestone);
  });
  return [...milestones];
}
