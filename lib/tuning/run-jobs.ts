// Runs all jobs of a search or a cross-validation, here or on other machines, and ends them all when one can't be run or Stop comes. Called by
// search.ts and cross-validate.ts, which share these options.
import { availableParallelism } from "node:os";
import { stopSignal } from "../data/stop-signal.js";
import { checkBoolean, checkWhole, invalid } from "../engine/invalid.js";
import { ProgressBar } from "../engine/progress-bar.js";
import { checkSeed } from "../engine/random.js";
import { LocalPool } from "./local-pool.js";
import { checkQueue, type QueueAddress } from "./queue-address.js";
import { QueuePool } from "./queue-pool.js";
import { type TrialModule, type TrialReference, trialModule } from "./trial-module.js";
import type { TrialJob, TrialPool, TrialRun } from "./trial-run.js";

export interface RunOptions {
  /**
   * The module file whose function `trial` (or another name: `{ module, name }`) gets parameters and a context, and returns a number, or
   * numbers by name. JavaScript or TypeScript; "cellgrad" and "@tensorflow/tfjs" can be imported anywhere.
   */
  readonly trial: TrialReference;
  /** Whole number in [0, 2³²): the same parameters, seeds and folds every time; drawn by default. */
  readonly seed?: number;
  /** How many run at the same time in threads of this process; as many as there are cores by default. Not with `queue`. */
  readonly workers?: number;
  /** Run on the machines that take trials from this queue (`cellgrad worker`), instead of here. */
  readonly queue?: QueueAddress;
  /** Ends everything; in a cell, Stop does so too. */
  readonly signal?: AbortSignal;
  /** Shows how far it is: a bar in a notebook, a line on stderr where that is a terminal; true by default. */
  readonly verbose?: boolean;
}

export const runOptionNames = ["trial", "seed", "workers", "queue", "signal", "verbose"];

export interface CheckedRun {
  readonly module: TrialModule;
  readonly workers: number;
  readonly queue: Required<QueueAddress> | undefined;
  readonly signal: AbortSignal | undefined;
  readonly isShown: boolean;
}

/** @throws when an option is wrong or there is no such file */
export async function checkRun(options: RunOptions): Promise<CheckedRun> {
  const { trial, seed, workers, queue, signal, verbose = true } = options;
  if (seed !== undefined) checkSeed(seed);
  if (workers !== undefined) checkWhole("workers", workers, 1, 1024);
  if (workers !== undefined && queue !== undefined)
    throw invalid("workers", "none with a queue, whose workers say how many they are", workers);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid("signal", "an AbortSignal", signal);
  checkBoolean("verbose", verbose);
  return {
    queue: queue === undefined ? undefined : checkQueue(queue),
    module: await trialModule(trial),
    workers: workers ?? availableParallelism(),
    signal: stopSignal(signal),
    isShown: verbose,
  };
}

/**
 * @param onRun called as each job ends; what it throws ends all
 * @param said what the bar says of it, besides how many are done
 * @throws UnusableTrial, the signal's reason, or what onRun throws: when nothing runs any more
 */
export async function runJobs(
  title: string,
  jobs: readonly TrialJob[],
  { module, workers, queue, signal, isShown }: CheckedRun,
  onRun: (job: TrialJob, run: TrialRun) => void,
  said: () => string,
): Promise<void> {
  signal?.throwIfAborted();
  const own = new AbortController();
  const either = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]);
  const pool: TrialPool =
    queue === undefined ? new LocalPool(module, workers, either) : await QueuePool.open(module, queue, either);
  const write = process.stderr.isTTY ? (text: string) => void process.stderr.write(text) : undefined;
  const bar = isShown ? new ProgressBar(title, write) : undefined;
  let done = 0;
  const progress = () => ({ share: done / jobs.length, text: `${done} of ${jobs.length}${said()}` });
  bar?.update(progress());
  const runOne = async (job: TrialJob) => {
    const run = await pool.run(job);
    if (own.signal.aborted) return;
    done++;
    onRun(job, run);
    bar?.update(progress());
  };
  try {
    await Promise.all(jobs.map(runOne));
    bar?.end(progress());
  } catch (error) {
    own.abort(error);
    bar?.end(progress(), "stopped");
    throw signal?.aborted ? signal.reason : error;
  } finally {
    await pool.close();
  }
}
