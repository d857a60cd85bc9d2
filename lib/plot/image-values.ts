// Images as they come (tensors, data sets) turned into bytes that can be drawn.
import type * as tf from "@tensorflow/tfjs";
import { type ImageRange, imageBytes, imageRange, isImageShape } from "../engine/image-bytes.js";
import { invalid, isList } from "../engine/invalid.js";

/** What a data set of ml.data has. */
export interface ImageSamples {
  readonly length: number;
  /** Of one sample: [height, width, channels]. */
  readonly shape: readonly number[];
  get(i: number): { readonly values: ArrayLike<number>; readonly label?: number; readonly className?: string };
}

export interface Images {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  /** Row by row, channels last, 0 to 255. */
  readonly pixels: readonly Uint8Array[];
  /** Of a data set: its classes or values. */
  readonly labels: readonly string[] | undefined;
  /** What black and white stand for. */
  readonly range: ImageRange;
}

/**
 * @param images a tensor [count, height, width, channels] or [count, height, width], or a data set of images
 * @param indices which of them, of so many
 * @throws unless they are grey, RGB or RGBA images
 */
export function readImages(images: tf.Tensor | ImageSamples, indices: (length: number) => readonly number[]): Images {
  return isTensor(images) ? fromTensor(images, indices) : fromSamples(images, indices);
}

function isTensor(images: unknown): images is tf.Tensor {
  return typeof (images as { dataSync?: unknown } | null)?.dataSync === "function";
}

function fromTensor(tensor: tf.Tensor, indices: (length: number) => readonly number[]): Images {
  const [count = 0, height = 0, width = 0, channels = 1] = tensor.shape;
  if (tensor.rank !== 3 && tensor.rank !== 4)
    throw invalid("images", "a tensor [count, height, width, channels]", [...tensor.shape]);
  const all = tensor.dataSync();
  const size = height * width * channels;
  const parts = indices(count).map((i) => all.subarray(i * size, (i + 1) * size));
  return toBytes([height, width, channels], parts, undefined);
}

function fromSamples(samples: ImageSamples, indices: (length: number) => readonly number[]): Images {
  if (!Number.isInteger(samples?.length) || !isList(samples.shape) || typeof samples.get !== "function")
    throw invalid("images", "a tensor [count, height, width, channels], or a data set of images", samples);
  const chosen = indices(samples.length).map((i) => samples.get(i));
  const labels = chosen.map(({ className, label }) => className ?? (label === undefined ? "" : String(label)));
  return toBytes(
    samples.shape,
    chosen.map(({ values }) => values),
    labels,
  );
}

function toBytes(
  shape: readonly number[],
  parts: readonly ArrayLike<number>[],
  labels: readonly string[] | undefined,
): Images {
  const [height = 0, width = 0, channels = 1] = shape;
  if (!isImageShape(shape)) throw invalid("images", "images of [height, width, 1, 3 or 4 channels]", [...shape]);
  for (const values of parts)
    for (let i = 0; i < values.length; i++)
      if (!Number.isFinite(values[i])) throw invalid("images", "finite values", values[i]);
  const range = imageRange(parts);
  const pixels = parts.map((values) => imageBytes(values, range));
  return { height, width, channels: channels as Images["channels"], pixels, labels, range };
}
