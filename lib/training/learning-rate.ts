// The learning rate of each step: the optimizer's own, a schedule's, or one that watches how training goes.
import { checkNumber } from "../engine/invalid.js";
import type { PlateauSchedule, PlateauState, ScheduleUnit } from "../schedules/index.js";
import type { EpochLogs } from "./history.js";

/**
 * A learning rate by hand, or one of `ml.schedules`: from the epochs that are done (0 for the first) and the optimizer's own rate to the rate of the next epoch. With
 * `by: "step"` it counts updates.
 */
export type PlainSchedule = ((count: number, learningRate: number) => number) & { readonly by?: ScheduleUnit };

export class LearningRate {
  private plateau: PlateauState | undefined;

  constructor(
    private readonly schedule: PlainSchedule | PlateauSchedule | undefined,
    private readonly base: number,
  ) {
    if (schedule && typeof schedule !== "function") this.plateau = schedule.initial(base);
  }

  /** @param epochs done so far; @param steps done so far; @throws when a schedule gives no learning rate */
  beforeStep(epochs: number, steps: number): number {
    if (this.plateau) return this.plateau.learningRate;
    if (typeof this.schedule !== "function") return this.base;
    const [unit, count] = this.schedule.by === "step" ? ["step", steps] : ["epoch", epochs];
    const rate: unknown = this.schedule(count, this.base);
    checkNumber(`schedule(${count}), the learning rate after ${count} ${unit}s`, rate, { least: 0 });
    return rate;
  }

  afterEpoch(logs: EpochLogs): void {
    if (!this.plateau || !this.schedule || typeof this.schedule === "function") return;
    const { monitor } = this.schedule;
    const value = logs[monitor];
    if (value === undefined)
      throw new Error(`invalid schedule monitor; expected one of ${Object.keys(logs).join(", ")}: ${monitor}`);
    this.plateau = this.schedule.update(this.plateau, value);
  }

  /** Plain JSON; undefined where the schedule has no state. */
  get state(): unknown {
    return this.plateau;
  }

  restore(state: unknown): void {
    if (this.plateau && state) this.plateau = state as PlateauState;
  }
}
