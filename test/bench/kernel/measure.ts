// What a measure is and what it hands to the table: rows, each with one value a kernel. Used by every measure-*.ts.
import type { ContenderName } from "./contenders.js";
import type { Fleet } from "./fleet.js";

export interface Plan {
  /** Fresh starts of each kernel. */
  rounds: number;
  /** How often a cell, a completion, an inspection is timed. */
  samples: number;
  /** How often each kind of cell is stopped. */
  stops: number;
  lines: number;
}

/** What one kernel did. */
export type Outcome =
  | { measured: number[]; note?: string }
  /** It can't, or it didn't: said in a few words. */
  | { absent: string };

export interface Row {
  /** Names the row for the bars and for --json. */
  key: string;
  label: string;
  unit: "ms" | "MB";
  outcomes: Partial<Record<ContenderName, Outcome>>;
}

export interface Measure {
  /** As in --only. */
  name: string;
  run(fleet: Fleet, plan: Plan, say: (line: string) => void): Promise<Row[]>;
}

/** Collects one row. */
export class RowMaker {
  readonly #outcomes: Partial<Record<ContenderName, Outcome>> = {};

  constructor(
    readonly key: string,
    readonly label: string,
    readonly unit: Row["unit"] = "ms",
  ) {}

  add(name: ContenderName, value: number): void {
    const outcome = this.#outcomes[name];
    if (outcome && "measured" in outcome) outcome.measured.push(value);
    else if (!outcome) this.#outcomes[name] = { measured: [value] };
  }

  /** Nothing is added for this kernel after this. */
  absent(name: ContenderName, why: string): void {
    this.#outcomes[name] = { absent: why };
  }

  note(name: ContenderName, note: string): void {
    const outcome = this.#outcomes[name];
    if (outcome && "measured" in outcome) outcome.note = note;
  }

  isAbsent(name: ContenderName): boolean {
    const outcome = this.#outcomes[name];
    return outcome !== undefined && "absent" in outcome;
  }

  row(): Row {
    return { key: this.key, label: this.label, unit: this.unit, outcomes: this.#outcomes };
  }
}
