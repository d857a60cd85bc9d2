// One batch out of a data set: gathers the samples, applies the transform. Runs in worker threads (batch-worker.ts) and in
// the loader itself, so it knows nothing of tensors.

import { invalid, isList } from "../engine/invalid.js";
import type { Labels, Values } from "./dataset.js";

/** What transforms get and give: images channels last, and the labels that go with them. */
export interface ImageBatch {
  /** Row by row; uint8 from 0 to 255, or float32. */
  readonly values: Values;
  /** [images, height, width, channels]; a table's samples are [samples, 1, 1, features]. */
  readonly shape: readonly [number, number, number, number];
  /** Classes [images], values to predict [images], or (after mixing) probabilities [images, classes]. */
  readonly labels: Labels;
  /** How many classes there are; 0 where labels are no classes. */
  readonly classes: number;
}

/**
 * What the loader asks of a transform; those of `ml.transforms` fit, and so does your own object. With workers, it is made
 * again in each of them: `module` is the URL of an ES module whose `fromJSON` makes it from what `toJSON` gave.
 */
export interface BatchTransform {
  /** @param batch its arrays may be overwritten; @param seeds one a sample, for everything that is random. */
  transformBatch(batch: ImageBatch, seeds: Uint32Array): ImageBatch;
  toJSON?(): unknown;
  readonly module?: string;
}

/** Where the samples are; structured-cloneable, so that workers get it as it is. */
export interface BatchSource {
  readonly values: Values;
  readonly labels: Labels;
  readonly shape: readonly number[];
  readonly classes: number;
}

/** A batch that is ready to become tensors. */
export interface ReadyBatch {
  readonly values: Float32Array;
  /** [samples, …]. */
  readonly shape: readonly number[];
  readonly labels: Labels;
  /** [samples], or [samples, classes] after mixing. */
  readonly labelShape: readonly number[];
}

/** @param rows which samples of the source, in order; @param seeds one a row */
export function makeBatch(
  source: BatchSource,
  rows: Uint32Array,
  seeds: Uint32Array,
  transform: BatchTransform | undefined,
): ReadyBatch {
  const { shape, classes } = source;
  const count = rows.length;
  const gathered = gather(source, rows);
  if (transform === undefined) {
    const values = gathered.values instanceof Float32Array ? gathered.values : Float32Array.from(gathered.values);
    return { values, shape: [count, ...shape], labels: gathered.labels, labelShape: [count] };
  }
  const [height = 1, width = 1, channels = 1] = shape.length === 3 ? shape : [1, 1, ...shape];
  const batch = transform.transformBatch({ ...gathered, shape: [count, height, width, channels], classes }, seeds);
  if (!isList(batch?.shape) || !isList(batch.values) || !isList(batch.labels))
    throw invalid("transform", "one whose transformBatch returns values, shape and labels", batch);
  const [images, newHeight, newWidth, newChannels] = batch.shape;
  const size = newHeight * newWidth * newChannels;
  if (images !== count || batch.values.length !== count * size || batch.labels.length % count !== 0) {
    throw invalid("transform", `${count} samples and labels, as many as it got`, batch.shape);
  }
  const columns = batch.labels.length / count;
  const table = shape.length === 1 && newHeight === 1 && newWidth === 1;
  return {
    values: batch.values instanceof Float32Array ? batch.values : Float32Array.from(batch.values),
    shape: table ? [count, newChannels] : [...batch.shape],
    labels: batch.labels,
    labelShape: columns === 1 ? [count] : [count, columns],
  };
}

function gather({ values, labels, shape }: BatchSource, rows: Uint32Array): { values: Values; labels: Labels } {
  const size = shape.reduce((product, length) => product * length, 1);
  const batch =
    values instanceof Uint8Array ? new Uint8Array(rows.length * size) : new Float32Array(rows.length * size);
  const chosen = labels instanceof Int32Array ? new Int32Array(rows.length) : new Float32Array(rows.length);
  rows.forEach((row, i) => {
    batch.set(values.subarray(row * size, (row + 1) * size), i * size);
    chosen[i] = labels[row] ?? 0;
  });
  return { values: batch, labels: chosen };
}
