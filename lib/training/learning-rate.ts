// The learning rate of each step: the optimizer's own, a schedule's, or one that watches how training goes.
import type { PlateauSchedule, PlateauState, Schedule } from "../schedules/index.js";
import type { EpochLogs } from "./history.js";

export class LearningRate {
  private plateau: PlateauState | undefined;

  constructor(
    private readonly schedule: Schedule | PlateauSchedule | undefined,
    private readonly base: number,
  ) {
    if (schedule && typeof schedule !== "function") this.plateau = schedule.initial(base);
  }

  /** @param epochs done so far; @param steps done so far */
  beforeStep(epochs: number, steps: number): number {
    if (this.plateau) return this.plateau.learningRate;
    if (typeof this.schedule !== "function") return this.base;
    return this.schedule(this.schedule.by === "epoch" ? epochs : steps, this.base);
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
