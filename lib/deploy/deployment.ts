// What became of a model in the pipeline: shows itself as a timeline, and as a table where no pictures are. Made by pipeline.ts.
import type { Chart } from "../plot/chart.js";
import type { DataTable } from "../plot/data-table.js";
import type { CanaryFindings } from "./canary.js";
import type { GateCheck } from "./gate.js";
import type { Release } from "./manifest.js";
import type { StageReport } from "./stages.js";
import { duration, stageTable, timeline } from "./timeline.js";

/**
 * "promoted": the release is live. "released": it is there, and `promote` was false. "refused": a gate was not passed, and there is no release.
 * "rolledBack": the canary was not passed; the release is there, but what was live stays.
 */
export type DeploymentStatus = "promoted" | "released" | "refused" | "rolledBack";

/** What `ml.deploy.pipeline` did. */
export class Deployment {
  constructor(
    readonly status: DeploymentStatus,
    /** What was done, in its order. */
    readonly stages: readonly StageReport[],
    /** The gate's limits, and what was found. */
    readonly checks: readonly GateCheck[],
    /** The release; undefined where a gate was not passed. */
    readonly release: Release | undefined,
    /** The version that is live now. */
    readonly live: string | undefined,
    /** What was seen of the server's traffic. */
    readonly canary: CanaryFindings | undefined,
  ) {}

  /** The limits that were not kept. */
  get failures(): readonly GateCheck[] {
    return this.checks.filter(({ passed }) => !passed);
  }

  /** Stage by stage. */
  get table(): DataTable<readonly StageReport[]> {
    return stageTable(this.stages, this.#headline());
  }

  /** When each stage began, how long it took, how it ended. */
  get chart(): Chart<readonly StageReport[]> {
    return timeline(this.stages, this.#headline(), this.table.text);
  }

  toString(): string {
    return this.table.text;
  }

  [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    return this.chart.bundle();
  }

  #headline(): string {
    const last = this.stages.at(-1);
    const took = duration(last === undefined ? 0 : last.start + last.milliseconds);
    const live = this.live === undefined ? "nothing is live" : `${this.live} is live`;
    const version = this.release?.version ?? "";
    const verdict = {
      promoted: `${version} is live`,
      released: `${version} is released; ${live}`,
      refused: `refused by ${last?.name ?? "the gate"}; ${live}`,
      rolledBack: `${version} was not promoted; ${live}`,
    }[this.status];
    return `${verdict} (${took})`;
  }
}
