// The stages that a model goes through, one after the other, each with its time and its outcome. Used by pipeline.ts.
import { cellSignal } from "../engine/cell-signal.js";
import type { GateCheck } from "./gate.js";

/** In their order; "clean" only where `keep` is given. */
export const stageNames = ["gate", "export", "verify", "release", "canary", "promote", "clean"] as const;
export type StageName = (typeof stageNames)[number];

/** "refused" ends the pipeline by what the user asked for, "skipped" had nothing to do. */
export type StageOutcome = "passed" | "refused" | "skipped";

export interface StageReport {
  readonly name: StageName;
  readonly outcome: StageOutcome;
  /** Milliseconds since the pipeline began. */
  readonly start: number;
  readonly milliseconds: number;
  /** What was found or done, in words. */
  readonly text: string;
}

/** What a stage found, and what it leaves to the next. */
export interface StageResult<Value> {
  readonly outcome: StageOutcome;
  readonly text: string;
  readonly value: Value;
}

/** Runs stages, and keeps what became of them. */
export class Stages {
  readonly reports: StageReport[] = [];
  readonly #began = performance.now();
  readonly #onStage: ((stage: StageReport) => void) | undefined;

  constructor(onStage: ((stage: StageReport) => void) | undefined) {
    this.#onStage = onStage;
  }

  /** @throws what `work` throws, and the reason of Stop */
  async run<Value>(name: StageName, work: () => Promise<StageResult<Value>>): Promise<StageResult<Value>> {
    cellSignal()?.throwIfAborted();
    const started = performance.now();
    const result = await work();
    const report: StageReport = {
      name,
      outcome: result.outcome,
      start: started - this.#began,
      milliseconds: performance.now() - started,
      text: result.text,
    };
    this.reports.push(report);
    this.#onStage?.(report);
    return result;
  }
}

/** Refused with the reasons, where a check has failed. */
export function outcomeOf(
  checks: readonly GateCheck[],
  otherwise: string,
): Pick<StageResult<unknown>, "outcome" | "text"> {
  const failed = checks.filter(({ passed }) => !passed);
  if (failed.length > 0) return { outcome: "refused", text: failed.map(({ text }) => text).join("; ") };
  return { outcome: "passed", text: otherwise };
}
