// Polynomial decay to zero.
import { checkNumber } from "../engine/check-number.js";
import { defineSchedule, readLength, type Schedule, type ScheduleLength } from "./schedule.js";

export type PolynomialOptions = ScheduleLength & {
  /** 1 (by default) is a straight line; above 0. */
  power?: number;
};

/**
 * `learningRate · (1 − count / length)^power`, then 0. As PyTorch's `PolynomialLR`.
 * @throws when the length or the power is out of range
 */
export function polynomial(options: PolynomialOptions): Schedule {
  const { power = 1 } = options;
  const { length, by } = readLength(options);
  checkNumber("power", power, "a finite number above 0", power > 0);
  return defineSchedule(by, (count, learningRate) => learningRate * (1 - Math.min(count / length, 1)) ** power);
}
