// Linear warm-up: small steps first. Mostly the first part of a chain() or sequential().
import { checkNumber, checkOptions } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { defineSchedule, readLength, type Schedule, type ScheduleLength } from "./schedule.js";

export type WarmupOptions = ScheduleLength & {
  /** The first factor; at least 0, 1/3 by default. */
  startFactor?: number;
  /** The factor when the warm-up is over, and from then on; at least 0, 1 by default. */
  endFactor?: number;
};

/**
 * A straight line from `learningRate · startFactor` to `learningRate · endFactor` over `epochs` (or `steps`), which
 * then stays. As PyTorch's `LinearLR`.
 * @throws when the length or a factor is out of range
 */
export function warmup(options: WarmupOptions): Schedule {
  checkOptions("options", options, ["epochs", "steps", "startFactor", "endFactor"]);
  const { startFactor = 1 / 3, endFactor = 1 } = options;
  const { length, by } = readLength(options);
  checkNumber("startFactor", startFactor, { least: 0 });
  checkNumber("endFactor", endFactor, { least: 0 });
  return madeBy(
    defineSchedule(by, (count, learningRate) => {
      const part = Math.min(count / length, 1);
      return learningRate * (startFactor + (endFactor - startFactor) * part);
    }),
    "warmup",
    options,
  );
}
