// A version that is tried on what another one is asked: it gets the inputs of answered requests, its answers are compared, and nobody waits
// for them. Made by Server.mirror; fed by http-app.ts.

import type { Classification, ModelVersion, Prediction } from "./messages.js";
import type { PredictionRecord } from "./prediction-log.js";
import { predictionOf } from "./predictions.js";
import { transformGiven } from "./read-inputs.js";
import type { ServedModel } from "./served-model.js";

export interface MirrorOptions {
  /** How the candidate is called; by default the first 12 digits of the file's SHA-256. */
  readonly version?: string;
  /** The most inputs that wait for the candidate; more are dropped and counted. 64 by default, 1 to 10,000. */
  readonly queue?: number;
  /** Of a model of values: how far apart two that count as the same are at most, relative to 1 or to the value if that is larger; 0.05. */
  readonly tolerance?: number;
}

/** What a mirror has seen since it began. */
export interface MirrorCounts {
  /** Inputs that both versions answered. */
  readonly compared: number;
  /** Those that got the same class, or the same values within the tolerance. */
  readonly same: number;
  /** Inputs that the candidate could not answer. */
  readonly failed: number;
  /** Inputs that it was not asked, since too many waited. */
  readonly dropped: number;
  /** The largest difference of a probability, or of a value. */
  readonly largestDifference: number;
}

/** A version beside the one that answers; `close()` ends it. */
export class Mirror {
  readonly #model: ServedModel;
  readonly #queue: number;
  readonly #tolerance: number;
  readonly #onClose: (mirror: Mirror) => void;
  readonly #waiters = new Set<() => void>();
  readonly #counts = { compared: 0, same: 0, failed: 0, dropped: 0, largestDifference: 0 };
  #waiting = 0;
  #closing: Promise<void> | undefined;

  constructor(model: ServedModel, { queue = 64, tolerance = 0.05 }: MirrorOptions, onClose: (mirror: Mirror) => void) {
    this.#model = model;
    this.#queue = queue;
    this.#tolerance = tolerance;
    this.#onClose = onClose;
  }

  /** The candidate. */
  get model(): ModelVersion {
    return this.#model.version;
  }

  get counts(): MirrorCounts {
    return { ...this.#counts };
  }

  /** Whether it was closed, or its server was. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Resolves with the next change of the counts, or when the mirror is closed. */
  changed(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  /** Takes what was answered, and returns at once; never throws. */
  offer({ input, prediction }: PredictionRecord): void {
    if (this.#closing !== undefined) return;
    if (this.#waiting >= this.#queue) {
      this.#counts.dropped++;
      this.#tell();
      return;
    }
    this.#waiting++;
    this.#answer(input.values)
      .then((answer) => this.#compare(prediction, answer))
      .catch(() => {
        // What is closed meanwhile has not failed.
        if (this.#closing === undefined) this.#counts.failed++;
      })
      .finally(() => {
        this.#waiting--;
        this.#tell();
      });
  }

  /** Ends the candidate's thread. The counts stay. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = this.#model.retire();
      this.#onClose(this);
      this.#tell();
    }
    return this.#closing;
  }

  async #answer(given: PredictionRecord["input"]["values"]): Promise<Prediction> {
    const { values } = transformGiven("input", given.slice(), this.#model.rules.input);
    return predictionOf("", await this.#model.use(() => this.#model.predict(values)), this.#model.rules);
  }

  #compare(old: Prediction, candidate: Prediction): void {
    const [a, b] = [numbersOf(old), numbersOf(candidate)];
    const differences = a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN)));
    const isNear = (value: number, i: number) =>
      (differences[i] ?? Number.NaN) <= this.#tolerance * Math.max(1, Math.abs(value));
    const isSame =
      "class" in old && "class" in candidate
        ? this.#isSameClass(old, candidate)
        : a.length === b.length && a.every(isNear);
    const counts = this.#counts;
    counts.compared++;
    if (isSame) counts.same++;
    if (a.length === b.length) counts.largestDifference = Math.max(counts.largestDifference, ...differences);
  }

  /** By what it is called, where the candidate knows that name: versions may have their classes in another order. */
  #isSameClass(old: Classification, candidate: Classification): boolean {
    const isKnown = this.#model.rules.labels.includes(old.label);
    return isKnown ? old.label === candidate.label : old.class === candidate.class;
  }

  #tell(): void {
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }
}

function numbersOf(prediction: Prediction): readonly number[] {
  return "values" in prediction ? prediction.values : prediction.probabilities;
}
