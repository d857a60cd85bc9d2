// Polynomial decay to zero.
import { checkNumber, checkOptions } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
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
  checkOptions("options", options, ["epochs", "steps", "power"]);
  const { power = 1 } = options;
  const { length, by } = readLength(options);
  checkNumber("power", power, { above: 0 });
  return madeBy(
    defineSchedule(by, (count, learningRate) => learningRate * (1 - Math.min(count / length, 1)) ** power),
    "polynomial",
    options,
  );
}
