// What a learning rate schedule is: a function from the epochs (or steps) done so far to a learning rate. Every file of
// this folder makes one; fit() calls it before an epoch (or a step) with the optimizer's own rate.
import { checkChoice, checkNumber, checkWhole, invalid } from "../engine/invalid.js";

export type ScheduleUnit = "epoch" | "step";

export interface Schedule {
  /**
   * The learning rate that holds after `count` epochs or steps have ended (0: the very first one).
   * @param count at least 0
   * @param learningRate the optimizer's own rate, which the schedule scales; 1 by default, so that the result is the factor
   * @throws when either is negative or not finite, or when numbers so large were given that the result overflows
   */
  (count: number, learningRate?: number): number;
  /** What `count` counts. */
  readonly by: ScheduleUnit;
}

/** How long a schedule, or a part of one, takes; naming the length in epochs or in steps also says what it counts. */
export type ScheduleLength =
  | { epochs: number; steps?: undefined; by?: undefined }
  | { steps: number; epochs?: undefined; by?: undefined };

/** Makes a schedule of a pure formula, whose two arguments are checked here. */
export function defineSchedule(by: ScheduleUnit, formula: (count: number, learningRate: number) => number): Schedule {
  checkChoice("by", by, ["epoch", "step"]);
  const schedule = (count: number, learningRate = 1): number => {
    checkNumber("count", count, { least: 0 });
    checkNumber("learningRate", learningRate, { least: 0 });
    const rate = formula(count, learningRate);
    checkNumber(`schedule at ${by} ${count}`, rate, { least: 0 });
    return rate;
  };
  return Object.assign(schedule, { by });
}

/** Reads `{ epochs }` or `{ steps }`; exactly one of the two, at least `minimum`. */
export function readLength(options: ScheduleLength, minimum = 1): { length: number; by: ScheduleUnit } {
  const { epochs, steps } = options;
  const given = [epochs, steps].filter((length) => length !== undefined);
  const [length] = given;
  if (length === undefined || given.length > 1) {
    throw invalid("length", "one of { epochs } and { steps }", given);
  }
  const by = epochs === undefined ? "step" : "epoch";
  checkWhole(`${by}s`, length, minimum);
  return { length, by };
}
