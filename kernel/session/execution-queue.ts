// Execute requests wait here for their turn, in order. When one fails with `stop_on_error`, those behind it are answered
// `aborted`. Filled by dispatch, told of failures by handlers/execute.

/** How long no request must have come before it is decided what stood behind a failed cell, in milliseconds. */
const quietTime = 5;
/** A client that never stops sending is not waited for longer than this, in milliseconds. */
const longestWait = 50;

export interface Queued {
  run(): Promise<void>;
  abort(): void;
}

export class ExecutionQueue {
  #waiting: Queued[] = [];
  #aborting: Queued[] = [];
  #working: Promise<void> | undefined;
  #lastArrival = 0;

  add(entry: Queued): void {
    this.#lastArrival = performance.now();
    this.#waiting.push(entry);
    this.#working ??= this.#work();
  }

  /**
   * The running cell failed: what was sent behind it will not run. "Run all" sends its requests at once, but a cell that
   * fails at its first line may be done before the last of them has come, so its reply waits until no more come. What a
   * client sends after it has that reply runs.
   */
  async abortRest(): Promise<void> {
    const deadline = performance.now() + longestWait;
    while (true) {
      await new Promise((resolve) => setTimeout(resolve, quietTime));
      const now = performance.now();
      if (now - this.#lastArrival >= quietTime || now > deadline) break;
    }
    this.#aborting = this.#waiting;
    this.#waiting = [];
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await next.run();
      for (const entry of this.#aborting.splice(0)) entry.abort();
    }
    this.#working = undefined;
  }
}
