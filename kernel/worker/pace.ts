// Slows down who sends faster than any reader reads. Messages of comms can neither be dropped nor merged, and Jupyter's
// server drops what comes faster than 1,000 messages a second, so that a loop that sends without end has to wait here.
import { performance } from "node:perf_hooks";

export interface PaceOptions {
  /** What may go at once. */
  burst: number;
  perSecond: number;
}

export class Pace {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));
  #left: number;
  #filledAt = performance.now();

  constructor({ burst, perSecond }: PaceOptions) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
  }

  /** Takes `amount`, and sleeps until it is there. Stop ends the sleep, and the code that called. */
  take(amount: number): void {
    const now = performance.now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#filledAt) * this.#perSecond) / 1000) - amount;
    this.#filledAt = now;
    if (this.#left < 0) Atomics.wait(this.#sleeper, 0, 0, (-this.#left * 1000) / this.#perSecond);
  }
}
