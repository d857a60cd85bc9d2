// What a search found: every trial, the best one, and a table of them, best first, as a notebook shows it.
import { type AlignedTable, alignedHTML, alignedText } from "../training/aligned-table.js";
import type { ParameterValue } from "./distributions.js";
import type { Parameters } from "./space.js";
import type { TrialError, TrialRun } from "./trial-run.js";

export interface TrialResult {
  /** From 0; which parameters it has depends on the seed and this number alone. */
  readonly number: number;
  readonly parameters: Parameters;
  readonly state: "done" | "failed";
  /** The number that counts; NaN where it failed. */
  readonly score: number;
  /** All numbers that the trial returned; with folds, their means. */
  readonly scores: Readonly<Record<string, number>>;
  /** What it threw, or how its worker ended. */
  readonly error?: TrialError;
  /** Each fold's run, where folds were asked for. */
  readonly folds?: readonly TrialRun[];
  /** Wall time, of all folds together. */
  readonly seconds: number;
  /** Machine and process. */
  readonly where: string;
  /** How often it was begun: more than 1 where workers were lost. */
  readonly attempts: number;
}

/** Of so many trials each has a row; the rest is counted. */
const mostRows = 20;

/** Made by `ml.tuning.search`; can be looped over, trial by trial in the order of their numbers. */
export class SearchResult implements Iterable<TrialResult> {
  /** In the order of their numbers. */
  readonly trials: readonly TrialResult[];
  /** The name of the number that counts. */
  readonly metric: string;
  readonly mode: "min" | "max";
  /** Gives the same search again. */
  readonly seed: number;
  /** Those that gave a score, best first; among equals the first one. */
  readonly ranked: readonly TrialResult[];
  readonly failed: readonly TrialResult[];

  constructor({
    trials,
    metric,
    mode,
    seed,
  }: {
    trials: readonly TrialResult[];
    metric: string;
    mode: "min" | "max";
    seed: number;
  }) {
    this.trials = trials;
    this.metric = metric;
    this.mode = mode;
    this.seed = seed;
    const sign = mode === "min" ? 1 : -1;
    this.ranked = trials.filter(({ state }) => state === "done").toSorted((a, b) => sign * (a.score - b.score));
    this.failed = trials.filter(({ state }) => state === "failed");
  }

  /** Undefined where all have failed. */
  get best(): TrialResult | undefined {
    return this.ranked[0];
  }

  [Symbol.iterator](): Iterator<TrialResult> {
    return this.trials[Symbol.iterator]();
  }

  toString(): string {
    return alignedText(this.#table());
  }

  [Symbol.for("Jupyter.display")](): { "text/plain": string; "text/html": string } {
    const table = this.#table();
    return { "text/plain": alignedText(table), "text/html": alignedHTML(table) };
  }

  #table(): AlignedTable {
    const shown = this.ranked.slice(0, mostRows);
    const parameters = [...new Set(this.trials.flatMap((trial) => Object.keys(trial.parameters)))];
    const others = [...new Set(this.ranked.flatMap(({ scores }) => Object.keys(scores)))];
    const scores = [this.metric, ...others.filter((name) => name !== this.metric)];
    const left = this.ranked.length - shown.length;
    return {
      caption: this.#caption(),
      columns: [
        { head: "trial" },
        ...parameters.map((head) => ({ head, align: this.#isText(head) ? "left" : "right" }) as const),
        ...scores.map((head) => ({ head })),
        { head: "seconds" },
      ],
      rows: shown.map((trial) => [
        String(trial.number),
        ...parameters.map((name) => written(trial.parameters[name])),
        ...scores.map((name) => numeral(trial.scores[name])),
        trial.seconds.toFixed(1),
      ]),
      notes: [...(left > 0 ? [`… and ${left} more, in .ranked`] : []), ...failures(this.failed)],
    };
  }

  #caption(): string {
    const [first] = this.ranked;
    const counted = `${this.trials.length} ${this.trials.length === 1 ? "trial" : "trials"}`;
    const failed = this.failed.length > 0 ? `, ${this.failed.length} failed` : "";
    const best = first ? `; best ${this.metric} ${numeral(first.score)}, trial ${first.number}` : "";
    return `${counted}${failed}${best}`;
  }

  #isText(name: string): boolean {
    return this.trials.some(({ parameters }) => typeof parameters[name] === "string");
  }
}

function failures(failed: readonly TrialResult[]): string[] {
  const shown = failed.slice(0, mostRows).map(({ number, parameters, error }) => {
    const point = Object.entries(parameters).map(([name, value]) => `${name} ${written(value)}`);
    return `trial ${number} failed (${point.join(", ")}): ${error?.message.split("\n", 1)[0] ?? ""}`;
  });
  const left = failed.length - shown.length;
  return left > 0 ? [...shown, `… and ${left} more, in .failed`] : shown;
}

function written(value: ParameterValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "number" ? String(Number(value.toPrecision(5))) : String(value);
}

function numeral(value: number | undefined): string {
  if (value === undefined) return "–";
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5 ? value.toFixed(4) : String(Number(value.toPrecision(4)));
}
