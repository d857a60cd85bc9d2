// Sizes and ranges as transforms take them: a side or [height, width], a number of pixels, [least, most].
import { checkNumber, checkWhole, invalid } from "../engine/invalid.js";

/** A side of a square, or [height, width]. */
export type Size = number | readonly [number, number];

/** No side of an image, no padding, no count may be larger: what is larger is a mistake, and would take all memory. */
const MOST = 2 ** 14;

/** @throws unless `value` is a whole number in [least, 16384]. */
export function checkPixels(name: string, value: unknown, least: number): asserts value is number {
  checkWhole(name, value, least, MOST);
}

/** [height, width] in whole numbers from 1. */
export function checkSize(name: string, value: unknown): readonly [number, number] {
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  if (pair.length !== 2) throw invalid(name, "a side, or [height, width]", value);
  for (const side of pair) checkPixels(name, side, 1);
  return [Number(pair[0]), Number(pair[1])];
}

/** [least, most] of finite numbers. @throws unless both are in [low, high] and in order */
export function checkRange(name: string, value: unknown, low?: number, high?: number): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) throw invalid(name, "[least, most]", value);
  const [least, most]: unknown[] = value;
  const range = { ...(low === undefined ? {} : { least: low }), ...(high === undefined ? {} : { most: high }) };
  checkNumber(`${name}[0]`, least, range);
  checkNumber(`${name}[1]`, most, range);
  if (least > most) throw invalid(name, "[least, most] in this order", value);
  return [least, most];
}
