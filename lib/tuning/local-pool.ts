// Trials in threads of this process, so many at the same time. The default of a search, and the inside of a worker on another machine.
import type { TrialModule } from "./trial-module.js";
import type { TrialJob, TrialPool, TrialRun } from "./trial-run.js";
import { runInThread } from "./trial-thread.js";

export class LocalPool implements TrialPool {
  readonly #module: TrialModule;
  readonly #signal: AbortSignal;
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #free: number;

  /** @param signal ends all */
  constructor(module: TrialModule, workers: number, signal: AbortSignal) {
    this.#module = module;
    this.#free = workers;
    this.#signal = signal;
  }

  async run(job: TrialJob): Promise<TrialRun> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
    const running = runInThread(this.#module, job, this.#signal);
    const ended = running.catch(() => {});
    this.#running.add(ended);
    try {
      return await running;
    } finally {
      this.#running.delete(ended);
      const next = this.#waiting.shift();
      // The place goes to the next one.
      if (next) next();
      else this.#free++;
    }
  }

  /** Waits for the threads' ends; what ends them is the signal. */
  async close(): Promise<void> {
    await Promise.all(this.#running);
  }
}
