// A data set in memory: samples of one shape in one typed array, and what they are. Subsets share the arrays. Made by
// fromArrays, mnist, cifar10, …; cut by split and kFold; read by the loader and the plots.

import { checkList, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { classBalance, showDataset } from "./dataset-display.js";
import { samplePNG } from "./sample-png.js";

/** Samples as they are stored: images as uint8 (0 to 255), everything else as float32. */
export type Values = Uint8Array | Float32Array;
/** Classes as int32 (indices into classNames), or what a regression is to predict as float32. */
export type Labels = Int32Array | Float32Array;

/** One sample, copied. */
export interface Sample {
  /** Row by row, channels last. */
  readonly values: Values;
  /** The class's index, or the value to predict. */
  readonly label: number;
  /** Absent where labels are no classes. */
  readonly className?: string;
}

/** What a {@link Dataset} is made of. */
export interface DatasetParts {
  /** All samples one after the other; not copied. */
  readonly values: Values;
  /** One a sample; not copied. */
  readonly labels: Labels;
  /** Of one sample: [height, width, channels] for images, [features] for tables. */
  readonly shape: readonly number[];
  /** A name a class; empty where labels are no classes. */
  readonly classNames: readonly string[];
  /** Names of the features, for tables. */
  readonly featureNames?: readonly string[];
}

/** Samples and their labels. Shows itself with size, shape, class balance and some samples. */
export class Dataset {
  /** How many samples. */
  readonly length: number;
  /** Of one sample: [height, width, channels] for images, [features] for tables. */
  readonly shape: readonly number[];
  /** A name a class; empty where labels are no classes. */
  readonly classNames: readonly string[];
  /** Names of the features of a table; empty for images. */
  readonly featureNames: readonly string[];
  readonly #size: number;
  readonly #store: { values: Values; labels: Labels };
  readonly #indices: Uint32Array | undefined;
  #labels: Labels | undefined;

  /**
   * @param indices the samples that belong to this data set, in order; all when absent
   * @throws when the parts do not fit each other
   */
  constructor(parts: DatasetParts | Dataset, indices?: Uint32Array) {
    if (!(parts instanceof Dataset)) checkParts(parts);
    if (indices !== undefined) checkIndices(indices, parts.labels.length);
    this.shape = Object.freeze([...parts.shape]);
    this.classNames = Object.freeze([...parts.classNames]);
    this.featureNames = Object.freeze([...(parts.featureNames ?? [])]);
    this.#size = parts.shape.reduce((product, size) => product * size, 1);
    if (parts instanceof Dataset) {
      this.#store = parts.#store;
      const outer = parts.#indices;
      this.#indices = outer === undefined ? indices : indices?.map((index) => outer[index] ?? 0);
    } else {
      const { values, labels } = parts;
      if (values.length !== labels.length * this.#size) {
        throw invalid("values", `${labels.length} samples of shape [${parts.shape.join(", ")}]`, values);
      }
      this.#store = { values, labels };
      this.#indices = indices;
    }
    this.length = this.#indices?.length ?? this.#store.labels.length;
  }

  /** "uint8" for images from 0 to 255, "float32" for everything else. */
  get dtype(): "uint8" | "float32" {
    return this.#store.values instanceof Uint8Array ? "uint8" : "float32";
  }

  /** The label of each sample [length]: int32 classes, or float32 values to predict. Do not write into it. */
  get labels(): Labels {
    if (this.#labels === undefined) {
      const { labels } = this.#store;
      const indices = this.#indices;
      this.#labels = indices === undefined ? labels : new (labels.constructor as LabelsConstructor)(indices.length);
      if (indices !== undefined)
        for (let i = 0; i < indices.length; i++) this.#labels[i] = labels[indices[i] ?? 0] ?? 0;
    }
    return this.#labels;
  }

  /** How many samples each class has, in the order of classNames; empty where labels are no classes. */
  get classCounts(): readonly number[] {
    return classBalance(this);
  }

  /** Sample i, copied. @throws unless i is a whole number in [0, length) */
  get(i: number): Sample {
    checkWhole("index", i, 0, this.length - 1);
    const label = this.labels[i] ?? 0;
    const className = this.classNames[label];
    const values = this.#values().slice(this.#position(i) * this.#size, (this.#position(i) + 1) * this.#size);
    return { values, label, ...(className === undefined ? {} : { className }) };
  }

  /**
   * Sample i as the bytes of a PNG file, without loss: what a client of `ml.serve` uploads.
   * @throws (rejects) unless i is a whole number in [0, length) and the samples are uint8 images of 1 or 3 channels
   */
  async toPNG(i: number): Promise<Uint8Array<ArrayBuffer>> {
    return samplePNG(this.get(i), this);
  }

  /**
   * The given samples, in the given order, sharing this data set's memory.
   * @throws unless all are whole numbers in [0, length)
   */
  subset(indices: ArrayLike<number>): Dataset {
    checkIndices(indices, this.length);
    return new Dataset(this, Uint32Array.from(indices));
  }

  *[Symbol.iterator](): Generator<Sample, void, undefined> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }

  /** Where all samples and labels are stored, and which of them belong to this data set (all when absent): for the loader. */
  storage(): { values: Values; labels: Labels; indices: Uint32Array | undefined; size: number } {
    return { ...this.#store, indices: this.#indices, size: this.#size };
  }

  /**
   * As storage(), in memory that worker threads can read too. The first call copies what is not shared yet, for this data
   * set and all that share its samples; the copy then serves them all.
   */
  sharedStorage(): ReturnType<Dataset["storage"]> {
    this.#store.values = shared(this.#store.values);
    this.#store.labels = shared(this.#store.labels);
    return this.storage();
  }

  [Symbol.for("Jupyter.display")](): Promise<{ "text/plain": string; "text/html": string }> {
    return showDataset(this);
  }

  #values(): Values {
    return this.#store.values;
  }

  #position(i: number): number {
    return this.#indices === undefined ? i : (this.#indices[i] ?? 0);
  }
}

/** The types hold in TypeScript; a plain list would do here, and fail in the loader. */
function checkParts(parts: DatasetParts): void {
  checkOptions("parts", parts, ["values", "labels", "shape", "classNames", "featureNames"]);
  const { values, labels, shape, classNames, featureNames = [] } = parts;
  if (!(values instanceof Uint8Array || values instanceof Float32Array))
    throw invalid("values", "a Uint8Array or Float32Array (ml.data.fromArrays takes other numbers)", values);
  if (!(labels instanceof Int32Array || labels instanceof Float32Array))
    throw invalid("labels", "an Int32Array of classes or a Float32Array of values to predict", labels);
  if (!Array.isArray(shape) || shape.length === 0) throw invalid("shape", "the shape of one sample, a list", shape);
  for (const [i, size] of shape.entries()) checkWhole(`shape[${i}]`, size);
  for (const [name, names] of Object.entries({ classNames, featureNames })) {
    if (!Array.isArray(names) || names.some((one) => typeof one !== "string"))
      throw invalid(name, "a list of names", names);
  }
  const wrong = labels.findIndex((label) => !Number.isFinite(label) || (labels instanceof Int32Array && label < 0));
  if (wrong >= 0) throw invalid(`labels[${wrong}]`, "a class from 0, or a finite value to predict", labels[wrong]);
}

function checkIndices(indices: unknown, length: number): void {
  checkList("indices", indices, "whole numbers");
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!(Number.isInteger(index) && Number(index) >= 0 && Number(index) < length))
      throw invalid(`indices[${i}]`, `a whole number from 0 to ${length - 1}`, index);
  }
}

type LabelsConstructor = new (length: number) => Labels;
type Shareable = Uint8Array | Float32Array | Int32Array;

function shared<T extends Shareable>(array: T): T {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const Constructor = array.constructor as new (source: SharedArrayBuffer) => T;
  const copy = new Constructor(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

/** A uint8 array that worker threads can read without a copy, for data sets that are read from files. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}
