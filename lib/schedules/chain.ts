// Schedules made of schedules: all at once (chain), or one after the other (sequential).
import { checkOptions, invalid } from "../engine/invalid.js";
import { madeBy } from "../engine/recipe.js";
import { checkMilestones } from "./multi-step-lr.js";
import { defineSchedule, type Schedule, type ScheduleUnit } from "./schedule.js";

/**
 * All schedules at once: each takes for its learning rate what the one before it gives, so factors multiply. As
 * PyTorch's `ChainedScheduler` for schedules that scale the rate (not `cosine` with a `minLearningRate`).
 * @throws when there is no schedule, or when they do not all count the same (epochs or steps)
 */
export function chain(schedules: readonly Schedule[]): Schedule {
  return madeBy(
    defineSchedule(unitOf(schedules), (count, learningRate) =>
      schedules.reduce((rate, schedule) => schedule(count, rate), learningRate),
    ),
    "chain",
    schedules,
  );
}

/**
 * One schedule after the other: at each milestone the next one takes over, counting from 0 again. As PyTorch's
 * `SequentialLR`.
 * @param milestones one fewer than schedules; whole numbers in ascending order
 * @throws when the milestones do not fit the schedules, or when these do not all count the same (epochs or steps)
 */
export function sequential(schedules: readonly Schedule[], options: { milestones: readonly number[] }): Schedule {
  const by = unitOf(schedules);
  checkOptions("options", options, ["milestones"]);
  const { milestones } = options;
  const starts = [0, ...checkMilestones(milestones)];
  if (starts.length !== schedules.length) {
    throw invalid("milestones", `${schedules.length - 1} milestones for ${schedules.length} schedules`, milestones);
  }
  return madeBy(
    defineSchedule(by, (count, learningRate) => {
      const index = starts.findLastIndex((start) => start <= count);
      const schedule = schedules[index];
      const start = starts[index];
      if (schedule === undefined || start === undefined) throw invalid("count", "at least 0", count);
      return schedule(count - start, learningRate);
    }),
    "sequential",
    schedules,
    options,
  );
}

function unitOf(schedules: readonly Schedule[]): ScheduleUnit {
  const given: unknown = schedules;
  if (!Array.isArray(given) || !given.every((one) => typeof one === "function" && "by" in one)) {
    throw invalid("schedules", "an array of schedules (functions of the epoch or step)", schedules);
  }
  const units = [...new Set(schedules.map((schedule) => schedule.by))];
  const [by] = units;
  if (by === undefined || units.length > 1) {
    const rule = "one or more schedules that all count epochs, or all steps";
    throw invalid(
      "schedules",
      rule,
      schedules.map((schedule) => schedule.by),
    );
  }
  return by;
}
