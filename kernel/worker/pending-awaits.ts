// The awaits of one cell that have not settled yet, so that Stop can end them. Every `await` in a cell goes through here
// (see runtime.ts).

/** Positions of awaits are recorded at most so often, since each costs more than the await. */
const positionsAtOnce = 100;
const positionsEachMillisecond = 10;

interface PendingAwait {
  reject: (reason: unknown) => void;
  /** Its stack says where the await stands. */
  position: Error | undefined;
}

export class PendingAwaits {
  readonly #pending = new Set<PendingAwait>();
  #positionsLeft = positionsAtOnce;
  #countedAt = 0;

  /**
   * A promise that settles like `value`, unless `rejectAll` comes first.
   * @param from the function whose caller's position is recorded.
   */
  add(value: object, from: (value: unknown) => unknown): Promise<unknown> {
    const entry: PendingAwait = { reject: () => {}, position: this.#position(from) };
    this.#pending.add(entry);
    const settled = Promise.resolve(value);
    // Two steps of this very shape: V8 follows them when it collects the asynchronous part of a stack trace, and it
    // would not follow handlers that do more than settle the next promise.
    return new Promise((resolve, reject) => {
      entry.reject = reject;
      settled.then(resolve, reject);
    }).then(
      (result) => {
        this.#pending.delete(entry);
        return result;
      },
      (error: unknown) => {
        this.#pending.delete(entry);
        throw error;
      },
    );
  }

  rejectAll(reason: unknown): void {
    for (const { reject } of this.#pending) reject(reason);
    this.#pending.clear();
  }

  /** Where the latest await stands that is known to wait. */
  latestPosition(): Error | undefined {
    return [...this.#pending].findLast(({ position }) => position !== undefined)?.position;
  }

  #position(from: (value: unknown) => unknown): Error | undefined {
    if (this.#positionsLeft < 1) {
      const now = performance.now();
      this.#positionsLeft = Math.min(positionsAtOnce, (now - this.#countedAt) * positionsEachMillisecond);
      this.#countedAt = now;
      if (this.#positionsLeft < 1) return undefined;
    }
    this.#positionsLeft -= 1;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    const position = new Error();
    Error.captureStackTrace(position, from);
    Error.stackTraceLimit = limit;
    return position;
  }
}
