// A data set out of arrays that you already have.

import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { classLabels } from "./class-labels.js";
import { Dataset, type Values } from "./dataset.js";

/** Numbers: typed or plain, in one list; or a list with one list a sample. */
export type Numbers = ArrayLike<number> | readonly ArrayLike<number>[];

export interface ArraysOptions {
  /** Images, row by row and channels last: n · height · width · channels numbers, or a list with one list an image. */
  readonly images?: Numbers;
  /** For tables instead: n · features numbers, or a list with one list a sample. */
  readonly features?: Numbers;
  /** A class a sample: whole numbers from 0, or names. */
  readonly labels?: ArrayLike<number> | ArrayLike<string>;
  /** For regression instead: a finite number a sample. */
  readonly targets?: ArrayLike<number>;
  /** [height, width, channels] of an image; by default square, with 1 or 3 channels. */
  readonly shape?: readonly number[];
  /** A name a class; by default the names in `labels`, or "0", "1", … */
  readonly classNames?: readonly string[];
  /** A name a feature. */
  readonly featureNames?: readonly string[];
}

const KEYS = ["images", "features", "labels", "targets", "shape", "classNames", "featureNames"];

/**
 * A data set from arrays. Bytes (Uint8Array, Uint8ClampedArray) and Float32Array are kept as they are, not copied; other
 * numbers become float32.
 * @throws when sizes do not fit, a value is not finite, or a label is no class
 */
export function fromArrays(options: ArraysOptions): Dataset {
  checkOptions("options", options, KEYS);
  const { images, features, labels, targets, shape, classNames, featureNames } = options;
  if ((images === undefined) === (features === undefined)) {
    throw invalid("options", "either images or features", Object.keys(options));
  }
  if ((labels === undefined) === (targets === undefined)) {
    throw invalid("options", "either labels or targets", Object.keys(options));
  }
  const wanted = targets === undefined ? classLabels(list("labels", labels), classNames) : undefined;
  const own = wanted?.labels ?? floats("targets", list("targets", targets));
  const name = images === undefined ? "features" : "images";
  const given = list<number | ArrayLike<number>>(name, images ?? features);
  const { values, size } = flat(name, given, own.length);
  const sampleShape = images === undefined ? [size] : imageShape(shape, size);
  const named = Array.isArray(featureNames) && featureNames.every((name) => typeof name === "string");
  if (featureNames !== undefined && !(named && featureNames.length === size)) {
    throw invalid("featureNames", `${size} names`, featureNames);
  }
  return new Dataset({
    values,
    labels: own,
    shape: sampleShape,
    classNames: wanted?.classNames ?? [],
    ...(featureNames === undefined ? {} : { featureNames }),
  });
}

function list<T>(name: string, value: unknown): ArrayLike<T> {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return value as unknown as ArrayLike<T>;
  }
  const tensor = typeof value === "object" && value !== null && "dataSync" in value;
  throw invalid(name, `an array or typed array${tensor ? " (await tensor.data(), and its shape)" : ""}`, value);
}

function flat(
  name: string,
  given: ArrayLike<number | ArrayLike<number>>,
  count: number,
): { values: Values; size: number } {
  const first = given[0];
  if (typeof first === "object" && first !== null) {
    if (given.length !== count) throw invalid(name, `as many as labels, ${count}`, given.length);
    const size = first.length;
    const bytes = Array.from(given, isBytes).every(Boolean);
    const values = bytes ? new Uint8Array(count * size) : new Float32Array(count * size);
    for (let i = 0; i < count; i++) {
      const sample = list<number>(`${name}[${i}]`, given[i]);
      if (sample.length !== size) throw invalid(`${name}[${i}]`, `${size} numbers, as the first one`, sample.length);
      values.set(bytes ? sample : floats(`${name}[${i}]`, sample), i * size);
    }
    return { values, size };
  }
  if (count === 0 ? given.length > 0 : given.length % count > 0) {
    throw invalid(name, `${count} samples (one a label) of one size`, given);
  }
  const numbers = given as ArrayLike<number>;
  const values = isBytes(numbers) ? asBytes(numbers) : floats(name, numbers);
  return { values, size: count === 0 ? 0 : given.length / count };
}

function isBytes(value: unknown): value is Uint8Array | Uint8ClampedArray {
  return value instanceof Uint8Array || value instanceof Uint8ClampedArray;
}

function asBytes(value: Uint8Array | Uint8ClampedArray): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.length);
}

function floats(name: string, given: ArrayLike<number>): Float32Array {
  const values = given instanceof Float32Array ? given : new Float32Array(given.length);
  for (let i = 0; i < given.length; i++) {
    const value: unknown = given[i];
    if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
      throw invalid(`${name}[${i}]`, "a finite number (in float32)", value);
    }
    if (values !== given) values[i] = value;
  }
  return values;
}

function imageShape(shape: readonly number[] | undefined, size: number): readonly number[] {
  if (shape !== undefined) {
    if (!Array.isArray(shape) || shape.length !== 3) throw invalid("shape", "[height, width, channels]", shape);
    for (const [i, length] of shape.entries()) checkWhole(`shape[${i}]`, length, 1);
    const product = shape.reduce((a, b) => a * b, 1);
    if (size > 0 && product !== size) throw invalid("shape", `${size} numbers an image`, shape);
    return shape;
  }
  for (const channels of [1, 3]) {
    const side = Math.sqrt(size / channels);
    if (Number.isInteger(side) && side > 0) return [side, side, channels];
  }
  throw invalid("shape", `[height, width, channels] of images that are not square (${size} numbers each)`, shape);
}
