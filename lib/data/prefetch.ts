// One epoch's batches out of worker threads: jobs are given out ahead of who reads, and no further than asked. Called by the
// loader.
import type { ReadyBatch } from "./batch.js";
import type { WorkerPool } from "./worker-pool.js";

export interface Prefetch {
  /** Which samples, in order. */
  readonly rows: Uint32Array;
  /** One a row. */
  readonly seeds: Uint32Array;
  readonly batchSize: number;
  /** How many batches a thread makes at a time: small ones cost less together. */
  readonly jobBatches: number;
  /** How many jobs are given out and not read yet, at most. */
  readonly jobsAhead: number;
  readonly signal: AbortSignal | undefined;
}

/** The batches in order. Whoever leaves early leaves the threads nothing to do; a signal ends the wait with its reason. */
export async function* prefetch(pool: WorkerPool, epoch: Prefetch): AsyncGenerator<ReadyBatch, void, undefined> {
  const { rows, seeds, batchSize, jobBatches, jobsAhead, signal } = epoch;
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const step = jobBatches * batchSize;
  const queue: Promise<readonly ReadyBatch[]>[] = [];
  let start = 0;
  const fill = () => {
    for (; queue.length < jobsAhead && start < rows.length; start += step) {
      const end = start + step;
      const job = pool.run({ rows: rows.slice(start, end), seeds: seeds.slice(start, end), batchSize, cancelled });
      // Who waits for it sees the error; nobody does once the loop has been left.
      job.catch(() => {});
      queue.push(job);
    }
  };
  const aborted = rejection(signal);
  try {
    fill();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const batches = await (aborted === undefined ? next : Promise.race([next, aborted.promise]));
      fill();
      yield* batches;
    }
  } finally {
    Atomics.store(cancelled, 0, 1);
    aborted?.forget();
  }
}

/** A promise that rejects with the signal's reason, until it is forgotten. */
function rejection(signal: AbortSignal | undefined): { promise: Promise<never>; forget(): void } | undefined {
  if (signal === undefined) return undefined;
  let stop = () => {};
  const promise = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  promise.catch(() => {});
  return { promise, forget: () => signal.removeEventListener("abort", stop) };
}
