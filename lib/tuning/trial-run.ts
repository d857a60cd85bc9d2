// What a trial is given, what comes of it, and who can run it: the words that the pools, the threads and the machines of a search share.
import type { Parameters } from "./space.js";

/** The second argument of a trial's function. */
export interface TrialContext {
  /** Of the trial, from 0. */
  readonly number: number;
  /** Of this run, whole, in [0, 2³²); a function of the search's seed, and of the trial's number and fold alone. */
  readonly seed: number;
  /** Which part is left out, from 0, and how many there are: where folds are asked for, see `ml.tuning.foldOf`. */
  readonly fold?: number;
  readonly folds?: number;
  /** The same in all runs of a search, so that all of them split alike. */
  readonly splitSeed: number;
}

/** One call of the function. */
export interface TrialJob {
  /** Among all calls of the search, from 0. */
  readonly index: number;
  readonly parameters: Parameters;
  readonly context: TrialContext;
}

/** What the trial threw. */
export interface TrialError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

export function errorOf(thrown: unknown): TrialError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown) };
  const { name, message, stack } = thrown;
  return { name, message, ...(stack === undefined ? {} : { stack }) };
}

/** What came of a job. */
export interface TrialRun {
  /** By name; empty where it failed. */
  readonly scores: Readonly<Record<string, number>>;
  readonly error?: TrialError;
  /** Wall time. */
  readonly seconds: number;
  /** Which machine and process. */
  readonly where: string;
  /** 1, and more where workers were lost that had begun it. */
  readonly attempts: number;
}

/** Who runs jobs, any number at the same time; those that there is no room for wait. */
export interface TrialPool {
  /** Rejects with an UnusableTrial, or with the signal's reason. */
  run(job: TrialJob): Promise<TrialRun>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

/** No fault of a trial's but of the module, or of a machine: there is no sense in further trials. */
export class UnusableTrial extends Error {
  override readonly name = "UnusableTrial";
}
