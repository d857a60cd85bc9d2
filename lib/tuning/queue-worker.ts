// A machine's side of a queue of trials: takes jobs from Redis, runs each in a thread, gives results back. `cellgrad worker` is this, and so is
// ml.tuning.startWorker. The thread that renews a job's lock never computes, so a long trial isn't taken for a dead one.

import { availableParallelism } from "node:os";
import path from "node:path";
import type { Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { checkNumber, checkOptions, checkText, checkWhole, invalid } from "../engine/invalid.js";
import { checkQueue, type QueueAddress } from "./queue-address.js";
import { sha256Of } from "./trial-module.js";
import {
  connect,
  connectionOf,
  loadBullmq,
  noteOf,
  prefix,
  type QueuedResult,
  type QueuedTrial,
  searchIsOver,
} from "./trial-queue.js";
import { UnusableTrial } from "./trial-run.js";
import { here, runInThread } from "./trial-thread.js";

export interface WorkerOptions {
  /** Where Redis is, and which queue. */
  readonly queue: QueueAddress;
  /** The folder that holds the trials' modules, where searches have theirs; nothing outside is loaded. The current one by default. */
  readonly directory?: string;
  /** How many trials at the same time; as many as there are cores by default. */
  readonly workers?: number;
  /** After so many seconds without a sign of life a trial is given to another worker; 30 by default. */
  readonly lostAfter?: number;
  /** So many lost workers make a trial a failure, from 1; 3 by default: it may be what ends them. */
  readonly attempts?: number;
  /** Gets a line for each trial that ends. */
  readonly log?: (line: string) => void;
}

/** How often a worker looks whether a search still wants what runs. In milliseconds. */
const lookEvery = 1000;

/** What takes trials from a queue, until it is closed. */
export interface TrialWorker {
  /** Of trials that have ended here, one way or another. */
  readonly finished: number;
  /**
   * Takes no more trials, and resolves when those that run have ended.
   * @param now gives them back to the queue instead, for others
   */
  close(now?: boolean): Promise<void>;
}

/**
 * Takes trials of `ml.tuning.search({ queue })` from a queue on Redis and runs them here: what `cellgrad worker` does. Needs the packages
 * bullmq and ioredis.
 * @throws when an option is wrong, a package is missing, or Redis can't be reached
 */
export async function startWorker(options: WorkerOptions): Promise<TrialWorker> {
  checkOptions("options", options, ["queue", "directory", "workers", "lostAfter", "attempts", "log"]);
  const queue = checkQueue(options.queue);
  const { directory = ".", workers = availableParallelism(), lostAfter = 30, attempts = 3, log = () => {} } = options;
  checkText("directory", directory, "the path of a folder");
  checkWhole("workers", workers, 1, 1024);
  checkNumber("lostAfter", lostAfter, { least: 1, most: 3600 });
  checkWhole("attempts", attempts, 1, 100);
  if (typeof log !== "function") throw invalid("log", "a function that takes a line", log);
  const bullmq = await loadBullmq();
  const redis = await connect(queue.redis);
  return new QueueWorker(bullmq, redis, queue, {
    directory: path.resolve(directory),
    workers,
    lostAfter,
    attempts,
    log,
  });
}

class QueueWorker implements TrialWorker {
  readonly #bullmq: typeof import("bullmq");
  readonly #redis: Redis;
  readonly #directory: string;
  readonly #log: (line: string) => void;
  readonly #worker: Worker<QueuedTrial, QueuedResult>;
  /** Aborts when trials are to be given back. */
  readonly #giveBack = new AbortController();
  #finished = 0;

  constructor(
    bullmq: typeof import("bullmq"),
    redis: Redis,
    { redis: address, name }: Required<QueueAddress>,
    { directory, workers, lostAfter, attempts, log }: Required<Omit<WorkerOptions, "queue">>,
  ) {
    this.#bullmq = bullmq;
    this.#redis = redis;
    this.#directory = directory;
    this.#log = log;
    this.#worker = new bullmq.Worker<QueuedTrial, QueuedResult>(name, (job, token) => this.#process(job, token), {
      prefix,
      connection: connectionOf(address),
      concurrency: workers,
      lockDuration: 1000 * lostAfter,
      stalledInterval: 500 * lostAfter,
      maxStalledCount: attempts - 1,
    });
    // Commands wait while there is no connection.
    this.#worker.on("error", () => {});
    this.#worker.on("failed", (job, { message }) => {
      if (job !== undefined && message === searchIsOver) job.remove().catch(() => {});
    });
  }

  get finished(): number {
    return this.#finished;
  }

  async close(now = false): Promise<void> {
    if (now) this.#giveBack.abort();
    await this.#worker.close();
    this.#redis.disconnect();
  }

  async #process(job: Job<QueuedTrial, QueuedResult>, token: string | undefined): Promise<QueuedResult> {
    const { search, context } = job.data;
    const over = new AbortController();
    const look = async () => {
      if ((await this.#redis.exists(noteOf(search))) === 0) over.abort();
    };
    await look();
    const timer = setInterval(() => look().catch(() => {}), lookEvery);
    const signal = AbortSignal.any([over.signal, this.#giveBack.signal]);
    try {
      const result = await this.#run(job.data, signal);
      this.#finished++;
      this.#log(`${trialOf(job.data)}: ${said(result)}`);
      return result;
    } catch (error) {
      if (over.signal.aborted) {
        this.#log(`${trialOf(job.data)}: not wanted any more`);
        throw new this.#bullmq.UnrecoverableError(searchIsOver);
      }
      if (!this.#giveBack.signal.aborted) throw error;
      this.#log(`trial ${context.number}: given back`);
      await job.moveToWait(token);
      throw new this.#bullmq.WaitingError();
    } finally {
      clearInterval(timer);
    }
  }

  async #run(trial: QueuedTrial, signal: AbortSignal): Promise<QueuedResult> {
    signal.throwIfAborted();
    const file = path.resolve(this.#directory, trial.place);
    const isWithin = !path.relative(this.#directory, file).startsWith("..") && !path.isAbsolute(trial.place);
    try {
      if (!isWithin) throw invalid("trial", `a file in the worker's folder, ${this.#directory}`, trial.place);
      const sha256 = await sha256Of(file);
      if (sha256 !== trial.sha256)
        throw invalid("trial", "the file that the search has", `${file}, which has other bytes`);
    } catch (error) {
      return { unusable: onThisMachine(error) };
    }
    try {
      return { run: await runInThread({ file, name: trial.function, sha256: trial.sha256 }, trial, signal) };
    } catch (error) {
      if (error instanceof UnusableTrial) return { unusable: onThisMachine(error) };
      throw error;
    }
  }
}

function onThisMachine(error: unknown): string {
  return `${error instanceof Error ? error.message : String(error)}, on ${here}`;
}

function trialOf({ search, context: { number, fold } }: QueuedTrial): string {
  return `search ${search.slice(0, 8)}, trial ${number}${fold === undefined ? "" : `, fold ${fold}`}`;
}

function said(result: QueuedResult): string {
  if ("unusable" in result) return result.unusable;
  const { scores, error, seconds } = result.run;
  const numbers = Object.entries(scores).map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`);
  return `${error ? `failed, ${error.message}` : numbers.join(", ")}, in ${seconds.toFixed(1)} s`;
}
