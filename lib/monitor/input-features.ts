// What is kept of a model's input: a few numbers that describe it, so that a log stays small and drift can be seen. Used by prediction.ts.
import { invalid, isList } from "../engine/invalid.js";
import { imageNumbers } from "./image-features.js";

/** One input, row by row, channels last. */
export interface InputValues {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Of longer lists the mean and the like are kept, not each number. */
const mostNumbers = 32;

/**
 * Of an image [height, width, channels] what `imageFeatures` says, of at most 32 numbers each by its index, of more their mean,
 * standard deviation, least and largest. What is not finite is left out.
 */
export function inputFeatures({ values, shape }: InputValues): Record<string, number> {
  if (!isList(values) || !Array.isArray(shape) || values.length !== shape.reduce((size, length) => size * length, 1))
    throw invalid("record.input", "values, and their shape", values);
  const found =
    shape.length === 3 && values.length > 0
      ? imageNumbers(values, shape as [number, number, number])
      : values.length <= mostNumbers
        ? Object.fromEntries(Array.from(values, (value, i) => [`input ${i}`, value]))
        : spreadOf(values);
  return Object.fromEntries(Object.entries(found).filter(([, value]) => Number.isFinite(value)));
}

function spreadOf(values: ArrayLike<number>): Record<string, number> {
  let [sum, squares, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    sum += value;
    squares += value * value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)), least, most };
}
