// Linear warm-up: small steps first. Mostly the first part of a chain() or sequential().
import { checkNumber } from "../engine/check-number.js";
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
  const { startFactor = 1 / 3, endFactor = 1 } = options;
  const { length, by } = readLength(options);
  checkNumber("startFactor", startFactor, "a finite number, at least 0", startFactor >= 0);
  checkNumber("endFactor", endFactor, "a finite number, at least 0", endFactor >= 0);
  return defineSchedule(by, (count, learningRate) => {
    const part = Math.min(count / length, 1);
    return learningRate * (startFactor + (endFactor - startFactor) * part);
  });
}
