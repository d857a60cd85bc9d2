// Exponential decay.
import { checkNumber } from "../engine/check-number.js";
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
export function exponentialLR({ gamma, by = "epoch" }: ExponentialLROptions): Schedule {
  checkNumber("gamma", gamma, "a finite number above 0", gamma > 0);
  return defineSchedule(by, (count, learningRate) => learningRate * gamma ** count);
}
