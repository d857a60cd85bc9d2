// What random transforms make of images: each before, and several times after. To see that a cat stays a cat.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { checkTitle } from "./class-names.js";
import { spread } from "./image-grid.js";
import { type ImageSamples, type Images, readImages } from "./image-values.js";
import { Picture } from "./picture.js";
import { boxOf, sheetSpec, type Tile } from "./tile-sheet.js";

/** What a transform of ml.transforms has. */
export interface Augmentation {
  apply(images: tf.Tensor, seed?: number): tf.Tensor;
}

export interface AugmentationsOptions {
  /** How many images at most, spread evenly over all, one a row; 1 to 20, 6 by default. */
  count?: number;
  /** How often each is transformed; 1 to 10, 6 by default. */
  copies?: number;
  /** Whole number, at least 0: the same seed, the same picture; 0 by default. */
  seed?: number;
  /** Above the picture. */
  title?: string;
}

export interface AugmentationsData {
  /** Which of the given images are shown. */
  readonly indices: readonly number[];
  /** Of one transformed image: [height, width, channels]. */
  readonly shape: readonly number[];
  /** The seed of each column. */
  readonly seeds: readonly number[];
}

/**
 * Draws images before and after a transform, one a row, transformed anew in each column. Transformed values from 0 to 1 and
 * bytes are shown as they are; others (after `normalize`) are spread from black, the least of them, to white.
 * @param images a tensor [count, height, width, channels] (int32 holds bytes), or a data set of images; grey, RGB or RGBA
 * @param transform of ml.transforms
 * @throws unless there are images which the transform fits, finite before and after it
 */
export function augmentations(
  images: tf.Tensor | ImageSamples,
  transform: Augmentation,
  options: AugmentationsOptions = {},
): Picture<AugmentationsData> {
  checkOptions("options", options, ["count", "copies", "seed", "title"]);
  checkTitle(options);
  const { count = 6, copies = 6, seed = 0, title = "Augmentations" } = options;
  checkWhole("count", count, 1, 20);
  checkWhole("copies", copies, 1, 10);
  checkWhole("seed", seed, 0, Number.MAX_SAFE_INTEGER - copies);
  if (typeof transform?.apply !== "function") throw invalid("transform", "a transform of ml.transforms", transform);
  if (images instanceof tf.Tensor && images.rank !== 4)
    throw invalid("images", "a tensor [count, height, width, channels], or a data set of images", images);
  let indices: readonly number[] = [];
  const before = readImages(images, (total) => {
    if (total < 1) throw invalid("images", "at least one image", "none");
    indices = spread(total, count);
    return indices;
  });
  const seeds = Array.from({ length: copies }, (_, i) => seed + i);
  const batch = batchOf(images, indices);
  let after: Images;
  try {
    after = transformed(batch, transform, seeds);
  } finally {
    batch.dispose();
  }
  const tilesOf = ({ pixels, height, width, channels }: Images): Tile[] =>
    pixels.map((own) => ({ pixels: own, height, width, channels }));
  const [first, others] = [tilesOf(before), tilesOf(after)];
  const tiles = first.flatMap((tile, row) => [
    tile,
    ...seeds.flatMap((_, copy) => others[copy * first.length + row] ?? []),
  ]);
  const shape = [after.height, after.width, after.channels];
  const scale = after.range[0] === 0 ? "" : `, black ${roughly(after.range[0])}, white ${roughly(after.range[1])}`;
  const sizes = `[${before.height}, ${before.width}, ${before.channels}] before, [${shape.join(", ")}] after${scale}`;
  const summary = `${first.length} ${first.length === 1 ? "image" : "images"}, each transformed ${copies === 1 ? "once" : `${copies} times`}: ${sizes}`;
  const heads = ["before", ...seeds.map((_, i) => (i === 0 ? "after" : ""))];
  const names = before.labels?.flatMap((label) => [label, ...seeds.map(() => "")]);
  const sheet = { tiles, names, heads, box: boxOf(before), columns: 1 + copies, title, summary };
  const text = [`${title}: ${summary}`, ...(before.labels ? [before.labels.join(", ")] : [])].join("\n");
  return new Picture(() => sheetSpec(sheet), { indices, shape, seeds }, text);
}

function roughly(value: number): number {
  return Number(value.toPrecision(3));
}

/** The chosen images as a new tensor. */
function batchOf(images: tf.Tensor | ImageSamples, indices: readonly number[]): tf.Tensor {
  if (images instanceof tf.Tensor) return tf.tidy(() => tf.gather(images, tf.tensor1d([...indices], "int32")));
  const samples = indices.map((i) => images.get(i).values);
  const [height = 0, width = 0, channels = 1] = images.shape;
  const all = samples.flatMap((values) => Array.from(values));
  const dtype = samples.every((values) => values instanceof Uint8Array) ? "int32" : "float32";
  return tf.tensor4d(all, [indices.length, height, width, channels], dtype);
}

/** All images with the first seed, then all with the second, and so on. */
function transformed(batch: tf.Tensor, transform: Augmentation, seeds: readonly number[]): Images {
  const all = tf.tidy(() => {
    const parts = seeds.map((seed) => {
      const part: unknown = transform.apply(batch, seed);
      checkTensor("transform", part, "a transform whose apply returns a tensor");
      if (part.rank !== 4 || part.shape[0] !== batch.shape[0])
        throw invalid("transform", "one that returns as many images as it is given", part);
      return part;
    });
    return tf.concat(parts);
  });
  try {
    return readImages(all, (total) => Array.from({ length: total }, (_, i) => i));
  } finally {
    all.dispose();
  }
}
