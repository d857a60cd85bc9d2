// What findLearningRate() found: the loss at each learning rate, and the rate to begin with. Its curve is drawn in
// lib/displays.ts.

/** The slope at a point is that of the line through this share of all points to each side. */
const windowShare = 0.06;

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
  /** Where the smoothed loss falls most steeply; undefined where it never falls. */
  readonly suggestion: number | undefined;
  /** Where the smoothed loss is least: already too large to train with, ten times less is the other common choice. */
  readonly lowest: number;
  readonly stopped: string | undefined;

  constructor(values: LearningRateRangeValues) {
    this.learningRates = values.learningRates;
    this.losses = values.losses;
    this.smoothedLosses = values.smoothedLosses;
    this.stopped = values.stopped;
    this.lowest = this.learningRates[indexOfLeast(this.smoothedLosses)] ?? Number.NaN;
    const steepest = steepestDescent(this.smoothedLosses);
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

/**
 * The index, up to the least loss, where a curve falls most steeply; its points are equally far apart on the axis of the
 * logarithm. fastai and PyTorch Lightning compare neighbours, which the noise of the first batches wins often; here the
 * slope is that of the line of least squares through a few points to each side.
 */
export function steepestDescent(losses: readonly number[]): number | undefined {
  const half = Math.max(2, Math.round(windowShare * losses.length));
  const last = indexOfLeast(losses);
  let best: number | undefined;
  let least = 0;
  for (let i = 0; i <= last; i++) {
    const part = losses.slice(Math.max(0, i - half), Math.min(last, i + half) + 1);
    const steepness = part.length > half ? slope(part) : 0;
    if (steepness < least) [best, least] = [i, steepness];
  }
  return best;
}

/** Of the line of least squares through equidistant points. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const covariance = values.reduce((total, value, i) => total + (i - middle) * value, 0);
  return covariance / values.reduce((total, _, i) => total + (i - middle) ** 2, 0);
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
