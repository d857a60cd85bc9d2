// How the checks here call a model: anything that predicts, in batches, its answers checked. Used by the checks of this folder.
import * as tf from "@tensorflow/tfjs";
import { cellSignal } from "../engine/cell-signal.js";
import { checkTensor } from "../engine/check-tensor.js";
import { checkWhole, invalid, isList } from "../engine/invalid.js";

/** Anything that predicts: a tf.LayersModel, a tf.GraphModel, or a function. */
export type Predictor = { predict(images: tf.Tensor): tf.Tensor | tf.Tensor[] | object } | Mapping;
/** Anything that changes images but not what they show: a function, or an object with such an `apply`. */
export type ImageTransform = { apply(images: tf.Tensor): tf.Tensor | Promise<tf.Tensor> } | Mapping;
export type Mapping = (images: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>;

/** @throws unless they are a tensor of one or more */
export function checkImages(images: unknown): asserts images is tf.Tensor {
  if (!(images instanceof tf.Tensor) || images.rank < 2 || images.size === 0)
    throw invalid("images", "a tensor [n, height, width, channels] of one or more", images);
  checkTensor("images", images);
}

/** @throws unless there is one class, a whole number from 0, for each image */
export function checkLabels(labels: unknown, count: number): asserts labels is ArrayLike<number> {
  if (!isList(labels) || labels.length !== count) throw invalid("labels", `a list of ${count}, one an image`, labels);
  Array.from(labels).forEach((label, i) => {
    checkWhole(`labels[${i}]`, label);
  });
}

export function mappingOf(name: string, method: "predict" | "apply", given: Predictor | ImageTransform): Mapping {
  const call: unknown = typeof given === "function" ? given : (given as Record<string, unknown> | null)?.[method];
  if (typeof call !== "function") {
    throw invalid(name, `a function, or an object with ${method}(images)`, given);
  }
  return async (images) => {
    const result: unknown = await call.call(given, images);
    if (result instanceof tf.Tensor) return result;
    if (typeof result === "object" && result !== null) tf.dispose(result as tf.TensorContainer);
    throw invalid(name, "one tensor as its result", result);
  };
}

/** What `next` makes of a tensor that is then no longer needed (unless it is the result itself). */
export async function followedBy(tensor: tf.Tensor, next: Mapping): Promise<tf.Tensor> {
  let result: tf.Tensor | undefined;
  try {
    result = await next(tensor);
    return result;
  } finally {
    if (result !== tensor) tensor.dispose();
  }
}

/** Rows of scores, checked: one for each image, all finite. */
export async function scoresOf(predict: Mapping, batch: tf.Tensor, size: number): Promise<number[][]> {
  // Of a copy: a transform or a model may hand back what it was given.
  const scores = await followedBy(batch.clone(), predict);
  try {
    const [rows = 0, columns = 1] = scores.shape;
    if (rows !== size || scores.size !== rows * columns) {
      throw new Error(`invalid model; expected scores of shape [${size}, classes]: [${scores.shape.join(", ")}]`);
    }
    const values = await scores.data();
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new Error(`invalid model; expected finite scores: ${values[bad]}`);
    return Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * columns, (row + 1) * columns)));
  } finally {
    scores.dispose();
  }
}

/** The predicted class of each image; of a model with one output, whether it is above the threshold. */
export async function classesOf(
  predict: Mapping,
  batch: tf.Tensor,
  size: number,
  threshold: number,
): Promise<number[]> {
  const rows = await scoresOf(predict, batch, size);
  return rows.map((row) => classOf(row, threshold));
}

export function classOf(row: readonly number[], threshold: number): number {
  return row.length === 1 ? Number((row[0] ?? 0) > threshold) : row.indexOf(Math.max(...row));
}

export interface ImageBatch {
  readonly batch: tf.Tensor;
  /** The index of its first image. */
  readonly start: number;
  readonly size: number;
}

/** Slices of the images, each disposed of when the next one is asked for. */
export async function* batches(images: tf.Tensor, batchSize: number): AsyncGenerator<ImageBatch> {
  const [total = 0, ...shape] = images.shape;
  for (let start = 0; start < total; start += batchSize) {
    stopIfAborted();
    const size = Math.min(batchSize, total - start);
    const batch = images.slice([start, ...shape.map(() => 0)], [size, ...shape]);
    try {
      yield { batch, start, size };
    } finally {
      batch.dispose();
    }
  }
}

/** @throws the reason of the current cell's AbortSignal, once it was told to stop. */
export function stopIfAborted(): void {
  cellSignal()?.throwIfAborted();
}
