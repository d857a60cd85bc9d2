// Predictions on their way into a database: a queue of bounded length, emptied in batches, one at a time. Whoever appends never waits; what
// there is no room for is dropped and counted. Used by store.ts.
import { AsyncResource } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { type StoredPrediction, sizeOf } from "./prediction.js";

export interface QueueSettings {
  /** The most predictions, and bytes, that wait. */
  readonly queue: number;
  readonly maxMemory: number;
  /** The most predictions a batch, and milliseconds that the first of them waits for others. */
  readonly batchSize: number;
  readonly batchDelay: number;
  /** Milliseconds that a batch may take. */
  readonly timeout: number;
}

export interface QueueCounts {
  /** In the database. */
  readonly written: number;
  /** For which there was no room. */
  readonly dropped: number;
  /** Not in the database yet. */
  readonly waiting: number;
  /** Attempts to write a batch that failed; each is tried again. */
  readonly failures: number;
}

/** Bytes of a batch: databases have limits. */
const mostBytes = 2 ** 20;
/** Milliseconds before a batch is tried again: more each time. */
const [firstPause, longestPause] = [100, 5000];

/**
 * A timer that is started in a notebook's cell is the cell's, and Stop clears it: the queue would never be emptied again. Made when the
 * library is loaded, this belongs to no cell.
 */
const ofNoCell = new AsyncResource("cellgrad.WriteQueue");

export class WriteQueue {
  readonly #write: (rows: readonly StoredPrediction[]) => Promise<void>;
  readonly #settings: QueueSettings;
  #rows: StoredPrediction[] = [];
  #bytes = 0;
  #written = 0;
  #dropped = 0;
  #failures = 0;
  #isWorking = false;
  #isHurried = false;
  #isEnding = false;
  #error: Error | undefined;
  #wake: () => void = () => {};
  #progress = new Set<() => void>();

  constructor(write: (rows: readonly StoredPrediction[]) => Promise<void>, settings: QueueSettings) {
    this.#write = write;
    this.#settings = settings;
  }

  get counts(): QueueCounts {
    return { written: this.#written, dropped: this.#dropped, waiting: this.#rows.length, failures: this.#failures };
  }

  /** Why the last attempt failed; undefined once one does not. */
  get error(): Error | undefined {
    return this.#error;
  }

  append(row: StoredPrediction): void {
    const size = sizeOf(row);
    const { queue, maxMemory, batchSize } = this.#settings;
    if (this.#rows.length >= queue || this.#bytes + size > maxMemory) {
      this.#dropped++;
      return;
    }
    this.#rows.push(row);
    this.#bytes += size;
    if (!this.#isWorking) {
      this.#isWorking = true;
      ofNoCell.runInAsyncScope(() => void this.#work());
    } else if (this.#rows.length === batchSize) this.#wake();
  }

  /**
   * Resolves once all that was appended before is written.
   * @throws when that takes longer than `longest` milliseconds; it goes on being tried
   */
  async flush(longest: number): Promise<void> {
    const goal = this.#written + this.#rows.length;
    if (this.#written >= goal) return;
    this.#isHurried = true;
    this.#wake();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (this.#written < goal) return;
        this.#progress.delete(look);
        resolve();
      };
      this.#progress.add(look);
      timer = ofNoCell.runInAsyncScope(() =>
        setTimeout(() => {
          this.#progress.delete(look);
          const reason = this.#error === undefined ? "" : `: ${this.#error.message}`;
          reject(
            new Error(`${goal - this.#written} predictions were not written within ${longest} ms${reason}`, {
              cause: this.#error,
            }),
          );
        }, longest),
      );
    }).finally(() => clearTimeout(timer));
  }

  /** Gives up what is not written; it counts as dropped. */
  end(): void {
    this.#isEnding = true;
    this.#dropped += this.#rows.length;
    this.#rows = [];
    this.#bytes = 0;
    this.#wake();
  }

  async #work(): Promise<void> {
    for (let attempts = 0; this.#rows.length > 0; ) {
      if (attempts === 0 && !this.#isHurried && this.#rows.length < this.#settings.batchSize)
        await this.#pause(this.#settings.batchDelay);
      const batch = this.#batch();
      if (batch.length === 0) break;
      try {
        await withinTime(this.#write(batch), this.#settings.timeout);
        attempts = 0;
        this.#error = undefined;
        this.#take(batch);
      } catch (error) {
        if (this.#isEnding) break;
        this.#failures++;
        this.#error = error instanceof Error ? error : new Error(String(error));
        // A program that has nothing else to do does not wait for a database that is gone.
        await this.#pause(Math.min(longestPause, firstPause * 2 ** attempts++), false);
      }
    }
    this.#isWorking = false;
    this.#isHurried = false;
  }

  #batch(): readonly StoredPrediction[] {
    let bytes = 0;
    const most = this.#rows.slice(0, this.#settings.batchSize);
    return most.filter((row, i) => {
      bytes += sizeOf(row);
      return i === 0 || bytes <= mostBytes;
    });
  }

  #take(batch: readonly StoredPrediction[]): void {
    // What was given up in the meantime is counted already.
    if (this.#isEnding) return;
    this.#rows.splice(0, batch.length);
    for (const row of batch) this.#bytes -= sizeOf(row);
    this.#written += batch.length;
    for (const look of [...this.#progress]) look();
  }

  async #pause(longest: number, ref = true): Promise<void> {
    const awake = new AbortController();
    this.#wake = () => awake.abort();
    await sleep(longest, undefined, { signal: awake.signal, ref }).catch(() => {});
    this.#wake = () => {};
  }
}

async function withinTime(work: Promise<void>, longest: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the store took no batch within ${longest} ms`)), longest);
  });
  // What comes after its time is nobody's.
  work.catch(() => {});
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
