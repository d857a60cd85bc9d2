// What findLearningRate() found: the loss at each learning rate, and the rate to begin with. Its curve is drawn in
// lib/displays.ts.

import { descentOf } from "./steepest-descent.js";

export interface LearningRateRangeValues {
  readonly learningRates: readonly number[];
  readonly losses: readonly number[];
  readonly smoothedLosses: readonly number[];
  /** Why the sweep ended before `maximum`, if it did. */
  readonly stopped?: string;
}

/** Made by `ml.findLearningRate`. */
export class LearningRateRange {
  /** One a step, rising. */
  readonly learningRates: readonly number[];
  /** Of one batch each. */
  readonly losses: readonly number[];
  /** Exponentially averaged, corrected for the start. */
  readonly smoothedLosses: readonly number[];
  /** Where the loss falls most steeply (its running median, not at the ends of the range); undefined where it never falls. */
  readonly suggestion: number | undefined;
  /** Where the running median of the loss is least: already too large to train with, ten times less is the other common choice. */
  readonly lowest: number;
  readonly stopped: string | undefined;

  constructor(values: LearningRateRangeValues) {
    this.learningRates = values.learningRates;
    this.losses = values.losses;
    this.smoothedLosses = values.smoothedLosses;
    this.stopped = values.stopped;
    const { steepest, lowest } = descentOf(this.losses);
    this.lowest = this.learningRates[lowest] ?? Number.NaN;
    this.suggestion = steepest === undefined ? undefined : this.learningRates[steepest];
  }

  /** What to begin with, and the curve in one line. */
  toString(): string {
    const { learningRates, smoothedLosses, stopped } = this;
    const [first, last] = [learningRates[0] ?? Number.NaN, learningRates.at(-1) ?? Number.NaN];
    const ends = `loss over learning rates from ${first.toExponential(0)} to ${last.toExponential(1)}`;
    const head = `${this.#verdict()}\n${ends}${stopped === undefined ? "" : `; ${stopped}`}`;
    return `${head}\n${sparkline(smoothedLosses, 60)}`;
  }

  #verdict(): string {
    if (this.suggestion === undefined)
      return "no suggestion: the loss falls nowhere in this range (is the model trained already? do loss and labels fit?)";
    return `suggested learning rate ${rate(this.suggestion)}: there the loss falls most steeply (it is lowest at ${rate(this.lowest)})`;
  }
}

function indexOfLeast(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value < (values[best] ?? Number.POSITIVE_INFINITY) ? i : best), 0);
}

function rate(value: number): string {
  return value.toPrecision(2);
}

/** One character a group of points; what is far above the start looks like the start. */
function sparkline(values: readonly number[], width: number): string {
  const blocks = "▁▂▃▄▅▆▇█";
  const step = Math.max(1, values.length / width);
  const picked = Array.from({ length: Math.min(width, values.length) }, (_, i) => values[Math.floor(i * step)] ?? 0);
  const [low, high] = bounds(values);
  return picked.map((value) => blocks[Math.round((7 * (Math.min(value, high) - low)) / (high - low || 1))]).join("");
}

/** The part of the losses that is worth looking at: an end that explodes would flatten the fall before it. */
function bounds(values: readonly number[]): [low: number, high: number] {
  const least = indexOfLeast(values);
  const most = (some: readonly number[]) => some.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const [low, high] = [values[least] ?? 0, most(values)];
  const fall = most(values.slice(0, least + 1)) - low;
  return [low, fall > 0.1 * low ? Math.min(high, low + 1.5 * fall) : high];
}
