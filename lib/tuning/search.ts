// ml.tuning.search: which hyper-parameters are best. The points are known before the first one is tried, so that result and order are the same
// with one thread or on many machines.
import { checkChoice, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import { mixSeeds, seedOrRandom } from "../engine/random.js";
import { jobsOf, mergeFolds } from "./fold-jobs.js";
import { type CheckedRun, checkRun, type RunOptions, runJobs, runOptionNames } from "./run-jobs.js";
import { SearchResult, type TrialResult } from "./search-result.js";
import { checkSpace, drawnFrom, gridOf, mostTrials, type Parameters, type Space } from "./space.js";
import type { TrialRun } from "./trial-run.js";

export interface SearchOptions extends RunOptions {
  /** What is searched: for each parameter `ml.tuning.float`, `int` or `choice`, or an array of values. */
  readonly space: Space;
  /** "random", the default: points drawn independently; "grid": all combinations. */
  readonly sampler?: "random" | "grid";
  /** How many points are drawn, from 1 to 100,000; 10 by default. Not for a grid. */
  readonly trials?: number;
  /** Run each point once a fold, from 2 to 1000, and judge it by the mean; see `ml.tuning.foldOf`. Once by default. */
  readonly folds?: number;
  /** Which of the trial's numbers counts; needed where it returns several. */
  readonly metric?: string;
  /** Whether less ("min") or more ("max") is better; by default "min" for losses and errors, "max" for the rest. */
  readonly mode?: "min" | "max";
  /** Called with each trial that has ended, in the order of their ends. */
  readonly onTrial?: (trial: TrialResult) => void;
}

/**
 * Hyper-parameter search, in threads of this process, or with `queue` on all machines where `cellgrad worker` runs (by BullMQ on Redis): random
 * (Bergstra and Bengio, 2012; scikit-learn's RandomizedSearchCV) or over a grid (GridSearchCV). Each trial has a thread and a seed of its own, so
 * that the result doesn't depend on how many run at the same time. A trial that throws is a result with its error. On other machines a trial whose
 * worker dies is given to another one.
 * @returns all trials, the best one, a table; shows itself
 * @throws when an option is wrong or the module can't be loaded; on Stop, when nothing runs any more: `error.search` has what was finished
 */
export async function search(options: SearchOptions): Promise<SearchResult> {
  const names = ["space", "sampler", "trials", "folds", "metric", "mode", "onTrial"];
  checkOptions("options", options, [...runOptionNames, ...names]);
  const { sampler = "random", trials, folds, metric, mode, onTrial } = options;
  const space = checkSpace(options.space);
  checkChoice("sampler", sampler, ["random", "grid"]);
  if (trials !== undefined) checkWhole("trials", trials, 1, mostTrials);
  if (trials !== undefined && sampler === "grid")
    throw invalid("trials", "none for a grid, of which all is tried", trials);
  if (folds !== undefined) checkWhole("folds", folds, 2, 1000);
  if (metric !== undefined) checkText("metric", metric, "the name of a number that the trial returns");
  if (mode !== undefined) checkChoice("mode", mode, ["min", "max"]);
  if (onTrial !== undefined && typeof onTrial !== "function") throw invalid("onTrial", "a function", onTrial);
  const run = await checkRun(options);
  const seed = seedOrRandom(options.seed);
  const points = sampler === "grid" ? gridOf(space) : drawnFrom(space, trials ?? 10, mixSeeds(seed, 0));
  return new Search(points, { seed, folds, metric, mode, onTrial }).run(run);
}

interface Wanted {
  readonly seed: number;
  readonly folds: number | undefined;
  readonly metric: string | undefined;
  readonly mode: "min" | "max" | undefined;
  readonly onTrial: ((trial: TrialResult) => void) | undefined;
}

class Search {
  readonly #points: readonly Parameters[];
  readonly #wanted: Wanted;
  readonly #finished: TrialResult[] = [];
  /** Of trials whose folds have not all ended. */
  readonly #runs = new Map<number, TrialRun[]>();
  #metric: string | undefined;

  constructor(points: readonly Parameters[], wanted: Wanted) {
    this.#points = points;
    this.#wanted = wanted;
    this.#metric = wanted.metric;
  }

  async run(options: CheckedRun): Promise<SearchResult> {
    const { seed, folds } = this.#wanted;
    const jobs = jobsOf(this.#points, seed, folds);
    try {
      await runJobs(
        "Search",
        jobs,
        options,
        ({ context }, run) => this.#take(context.number, context.fold ?? 0, run),
        () => this.#said(),
      );
    } catch (error) {
      // As a property that is not seen where errors are printed.
      if (error instanceof Error && Object.isExtensible(error))
        Object.defineProperty(error, "search", { value: this.#result(), configurable: true, writable: true });
      throw error;
    }
    return this.#result();
  }

  #take(number: number, fold: number, run: TrialRun): void {
    const runs = this.#runs.get(number) ?? [];
    this.#runs.set(number, runs);
    runs[fold] = run;
    const { folds = 1, onTrial } = this.#wanted;
    if (Object.keys(runs).length < folds) return;
    this.#runs.delete(number);
    const trial = this.#trialOf(number, runs);
    this.#finished.push(trial);
    onTrial?.(trial);
  }

  #trialOf(number: number, runs: readonly TrialRun[]): TrialResult {
    const { folds, ...merged } = mergeFolds(runs);
    const parameters = this.#points[number] ?? {};
    const base = { number, parameters, ...merged, ...(this.#wanted.folds === undefined ? {} : { folds }) };
    if (merged.error) return { ...base, state: "failed", score: Number.NaN };
    const names = Object.keys(merged.scores);
    if (this.#wanted.metric === undefined) {
      this.#metric ??= names[0];
      if (names.length !== 1 || names[0] !== this.#metric)
        throw invalid("metric", `one of ${[...new Set([this.#metric, ...names])].join(", ")}`, undefined);
    }
    const score = merged.scores[this.#metric ?? ""];
    if (score !== undefined) return { ...base, state: "done", score };
    const message = `invalid result of the trial; expected a number named ${this.#metric}: ${names.join(", ")}`;
    return { ...base, state: "failed", score: Number.NaN, error: { name: "Error", message } };
  }

  #result(): SearchResult {
    const metric = this.#metric ?? "score";
    const mode = this.#wanted.mode ?? (/loss|error/i.test(metric) ? "min" : "max");
    const trials = this.#finished.toSorted((a, b) => a.number - b.number);
    return new SearchResult({ trials, metric, mode, seed: this.#wanted.seed });
  }

  #said(): string {
    const { best, failed, metric } = this.#result();
    const parts = [
      ...(best ? [`best ${metric} ${Number(best.score.toPrecision(4))} (trial ${best.number})`] : []),
      ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ];
    return parts.map((part) => `, ${part}`).join("");
  }
}
