// Where predictions are told to, for those who watch a model: the option `store` of ml.serve.start. This is all that the server asks of
// one; ml.monitor's stores have this shape.
//
// The contract: `append` is called once a prediction, after its request has been answered, on the server's own event loop. So it must only
// take note (put the record into a queue) and return; a store that can't keep up drops records and counts them itself. What it throws, or
// the promise that it returns rejects with, is counted as `cellgrad_store_errors_total`, logged, and changes nothing else. The input's
// numbers are the server's: a store that keeps them copies them.

import type { Prediction } from "./messages.js";
import type { Numbers } from "./model-worker.js";

export interface PredictionRecord {
  /** As in the answer: what a true label that comes later refers to. */
  readonly id: string;
  /** When the request came, in milliseconds since 1970. */
  readonly time: number;
  /** The file's name. */
  readonly model: string;
  readonly version: string;
  /** What the request brought, before the transform: bytes of pictures, else the model's input; row by row, channels last. */
  readonly input: { readonly values: Numbers; readonly shape: readonly number[] };
  readonly prediction: Prediction;
  /** From the request's head to its answer. */
  readonly milliseconds: number;
}

export interface PredictionStore {
  /** Takes note of a record, and returns at once. */
  append(record: PredictionRecord): void;
}

/** Hands records to a store in a later turn, so that no answer waits for it. */
export class PredictionLog {
  readonly #store: PredictionStore;
  readonly #onError: (error: unknown) => void;

  constructor(store: PredictionStore, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  append(record: PredictionRecord): void {
    try {
      const returned: unknown = this.#store.append(record);
      if (returned instanceof Promise) returned.catch(this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }
}
