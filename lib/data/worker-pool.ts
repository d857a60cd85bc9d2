// The worker threads of one loader: started when the first job comes, closed when none came for a while, so that epochs that
// follow each other don't start them again. Called by loader.ts.
import { Worker } from "node:worker_threads";
import type { ReadyBatch } from "./batch.js";
import type { BatchJob, BatchReply, BatchRequest, WorkerSetup } from "./batch-worker.js";

/** After so long without a job the threads end; the next job starts them again. */
const IDLE_MS = 5000;

interface Pending {
  resolve(batches: readonly ReadyBatch[]): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  /** Its jobs that have no answer yet, by id. */
  readonly pending: Map<number, Pending>;
}

export class WorkerPool {
  readonly #count: number;
  readonly #setup: () => WorkerSetup;
  #threads: Thread[] = [];
  #idle: NodeJS.Timeout | undefined;
  #nextId = 0;

  /** @param setup called when the threads start */
  constructor(count: number, setup: () => WorkerSetup) {
    this.#count = count;
    this.#setup = setup;
  }

  /** How many threads there are now. */
  get running(): number {
    return this.#threads.length;
  }

  /** The batches of a job, made by the thread that has the fewest jobs; rejects when the transform throws or the thread dies. */
  run(job: BatchJob): Promise<readonly ReadyBatch[]> {
    clearTimeout(this.#idle);
    if (this.#threads.length < this.#count) this.#start();
    const thread = this.#threads.reduce((least, other) => (other.pending.size < least.pending.size ? other : least));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      thread.pending.set(id, { resolve, reject });
      // A thread keeps the process alive only while somebody waits for it.
      thread.worker.ref();
      thread.worker.postMessage({ ...job, id } satisfies BatchRequest);
    });
  }

  /** Ends the threads; jobs without an answer reject. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const threads = this.#threads;
    this.#threads = [];
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #start(): void {
    const workerData = this.#setup();
    while (this.#threads.length < this.#count) {
      const worker = new Worker(new URL("./batch-worker.js", import.meta.url), {
        workerData,
        name: "cellgrad loader",
        // Flags of the program that loads data (--import, --test, …) are not meant for its helpers.
        execArgv: [],
      });
      const thread: Thread = { worker, pending: new Map() };
      worker.on("message", (reply: BatchReply) => this.#answer(thread, reply));
      worker.on("error", (error) =>
        this.#lose(thread, `the loader's worker thread failed: ${(error as Error).message}`),
      );
      worker.on("exit", (code) => this.#lose(thread, `the loader's worker thread ended with exit code ${code}`));
      worker.unref();
      this.#threads.push(thread);
    }
  }

  #answer(thread: Thread, reply: BatchReply): void {
    const pending = thread.pending.get(reply.id);
    thread.pending.delete(reply.id);
    if (thread.pending.size === 0) thread.worker.unref();
    if (this.#threads.every((other) => other.pending.size === 0)) {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
    if ("batches" in reply) {
      pending?.resolve(reply.batches);
      return;
    }
    const error = new Error(reply.error.message);
    error.name = reply.error.name;
    // The stack of the thread says where the transform failed; this one would only say that a message came.
    if (reply.error.stack !== undefined) error.stack = reply.error.stack;
    pending?.reject(error);
  }

  #lose(thread: Thread, reason: string): void {
    this.#threads = this.#threads.filter((other) => other !== thread);
    for (const pending of thread.pending.values()) pending.reject(new Error(reason));
    thread.pending.clear();
  }
}
