// The cell whose turn it is: how it is made to fail from outside, and whether the worker has it. Made by Session.begin.
import type { Cell } from "./cell.js";
import type { CellFailure } from "./cell-failure.js";

export class Running {
  readonly #controller = new AbortController();
  /** Resolves when the worker has got the cell, or never will: comm messages don't overtake it. */
  readonly delivered: Promise<void>;
  #resolveDelivered = () => {};
  #isDelivered = false;

  constructor(readonly cell: Cell) {
    this.delivered = new Promise((resolve) => {
      this.#resolveDelivered = resolve;
    });
  }

  /** Aborted with a CellFailure: by Stop, or because the worker died. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isDelivered(): boolean {
    return this.#isDelivered;
  }

  markDelivered(): void {
    this.#isDelivered = true;
    this.#resolveDelivered();
  }

  fail(failure: CellFailure): void {
    this.#controller.abort(failure);
  }
}
