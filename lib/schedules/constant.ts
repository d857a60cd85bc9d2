// A rate that stays, or that is scaled for a first stretch only. Used alone or as a part of chain() and sequential().
import { checkNumber, checkOptions } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { defineSchedule, readLength, type Schedule, type ScheduleLength, type ScheduleUnit } from "./schedule.js";

export type ConstantOptions = {
  /** What the rate is multiplied by; at least 0, 1 by default. */
  factor?: number;
} & (ScheduleLength | { by?: ScheduleUnit });

/**
 * `learningRate · factor` for the first epochs (or steps), then `learningRate`; without a length, always
 * `learningRate · factor`. As PyTorch's `ConstantLR`.
 * @param options `factor`: at least 0, 1 by default; `epochs` or `steps`: how long it holds
 * @throws when the factor or the length is out of range
 */
export function constant(options: ConstantOptions = {}): Schedule {
  checkOptions("options", options, ["factor", "epochs", "steps", "by"]);
  const { factor = 1 } = options;
  checkNumber("factor", factor, { least: 0 });
  const limited = "epochs" in options || "steps" in options;
  if (!limited)
    return madeBy(
      defineSchedule(options.by ?? "epoch", (_count, learningRate) => learningRate * factor),
      "constant",
      options,
    );
  const { length, by } = readLength(options, 0);
  return madeBy(
    defineSchedule(by, (count, learningRate) => (count < length ? learningRate * factor : learningRate)),
    "constant",
    options,
  );
}
