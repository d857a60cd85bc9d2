// Numbers as charts are given them: lists, typed arrays, tensors; one series, or several by name. Read by histogram, line and
// scatter.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { invalid, isList } from "../engine/invalid.js";

/** A list, a typed array, or a tensor of numbers, whose shape doesn't matter. */
export type Numbers = ArrayLike<number> | tf.Tensor;

export interface Series {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** As many as there are colours that all readers tell apart. */
export const mostSeries = 7;

/** @throws unless they are numbers; NaN and ±Infinity are. */
export function readNumbers(name: string, given: unknown): ArrayLike<number> {
  if (given instanceof tf.Tensor) {
    checkTensor(name, given);
    return given.dataSync();
  }
  if (!isList(given)) throw invalid(name, "numbers: an array, a typed array or a tensor", given);
  for (let i = 0; i < given.length; i++)
    if (typeof given[i] !== "number") throw invalid(`${name}[${i}]`, "a number", given[i]);
  return given as ArrayLike<number>;
}

/**
 * @param given one series, or 1 to 7 by name, such as `{ train: …, test: … }`
 * @returns their numbers; one series that has no name of its own is called ""
 * @throws unless they are numbers
 */
export function readSeries(name: string, given: Numbers | Readonly<Record<string, Numbers>>): readonly Series[] {
  if (isList(given) || given instanceof tf.Tensor || typeof given !== "object" || given === null)
    return [{ name: "", values: readNumbers(name, given) }];
  const names = Object.keys(given);
  if (names.length < 1 || names.length > mostSeries)
    throw invalid(name, `numbers, or 1 to ${mostSeries} lists of numbers by name`, names);
  return Object.entries(given).map(([key, values]) => ({ name: key, values: readNumbers(`${name}.${key}`, values) }));
}

/** As a number stands in a title or a line of text. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(2);
  return Number(value.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 8 });
}

/** The least and the largest of the finite ones; undefined where there is none. */
export function extent(values: ArrayLike<number>): readonly [least: number, most: number] | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? [least, most] : undefined;
}
