// Numbers that say how images look, for drift: a camera that turns dark, blurred or inverted shows in them. Used by features.ts, input-features.ts and users.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";

/**
 * How each image looks, in the images' own unit: `brightness` (the mean), `contrast` (the standard deviation) and `sharpness` (the mean
 * difference between neighbours); of several channels, the mean of each too, as `channel 0`, ….
 * @param images [n, height, width, channels], at least 1 × 1
 * @returns one number an image and feature
 * @throws unless the images are a tensor of that shape
 */
export function imageFeatures(images: tf.Tensor4D): Record<string, Float64Array> {
  const given: unknown = images;
  if (
    !(given instanceof tf.Tensor) ||
    given.isDisposed ||
    given.rank !== 4 ||
    given.size === 0 ||
    given.dtype === "string"
  )
    throw invalid("images", "a tensor [n, height, width, channels] of one or more", given);
  const [n, height, width, channels] = images.shape;
  const size = height * width * channels;
  const values = images.dataSync();
  const names = ["brightness", "contrast", "sharpness"];
  if (channels > 1) for (let c = 0; c < channels; c++) names.push(`channel ${c}`);
  const features = Object.fromEntries(names.map((name) => [name, new Float64Array(n)]));
  for (let i = 0; i < n; i++) {
    const found = imageNumbers(values.subarray(i * size, (i + 1) * size), [height, width, channels]);
    for (const [name, column] of Object.entries(features)) column[i] = found[name] ?? 0;
  }
  return features;
}

/** The same of one image, row by row, channels last. */
export function imageNumbers(
  image: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
): Record<string, number> {
  const size = height * width * channels;
  const sums = new Float64Array(channels);
  let [sum, squares, differences] = [0, 0, 0];
  for (let k = 0; k < size; k++) {
    const value = image[k] ?? 0;
    sum += value;
    squares += value * value;
    sums[k % channels] = (sums[k % channels] ?? 0) + value;
    const column = Math.floor(k / channels) % width;
    if (column + 1 < width) differences += Math.abs((image[k + channels] ?? 0) - value);
    if (k + width * channels < size) differences += Math.abs((image[k + width * channels] ?? 0) - value);
  }
  const neighbours = channels * ((width - 1) * height + width * (height - 1));
  const mean = sum / size;
  const found: Record<string, number> = {
    brightness: mean,
    contrast: Math.sqrt(Math.max(0, squares / size - mean * mean)),
    sharpness: neighbours === 0 ? 0 : differences / neighbours,
  };
  if (channels > 1) for (const [c, total] of sums.entries()) found[`channel ${c}`] = total / (height * width);
  return found;
}
