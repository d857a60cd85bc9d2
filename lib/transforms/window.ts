// Cuts windows out of images, past their edges too, where a padding mode says what is there. Called by the crops and pad.

import { checkChoice, checkNumber, invalid } from "../engine/invalid.js";
import { type ImageBatch, sameType } from "./image-batch.js";
import { checkPixels } from "./size.js";

export type PaddingMode = "constant" | "edge" | "reflect" | "symmetric";
const MODES: readonly PaddingMode[] = ["constant", "edge", "reflect", "symmetric"];

export interface PaddingOptions {
  /** What padding is filled with: 0 by default; 0 to 255 for bytes. */
  readonly fill?: number;
  /** "constant" (the default), "edge", "reflect" (without the edge pixel) or "symmetric" (with it), as torchvision's. */
  readonly paddingMode?: PaddingMode;
}

/** All padding, [horizontal, vertical], or [left, top, right, bottom]. */
export type Padding = number | readonly [number, number] | readonly [number, number, number, number];
/** [left, top, right, bottom]. */
export type Sides = readonly [number, number, number, number];

export function checkPadding(padding: unknown): Sides {
  const given: unknown[] = Array.isArray(padding) ? padding : [padding];
  for (const side of given) checkPixels("padding", side, 0);
  const [a, b = a, c = a, d = b] = given.map(Number);
  if (given.length === 0 || given.length === 3 || given.length > 4) {
    throw invalid("padding", "a number, [horizontal, vertical] or [left, top, right, bottom]", padding);
  }
  return [a ?? 0, b ?? 0, c ?? 0, d ?? 0];
}

export function checkPaddingOptions({ fill = 0, paddingMode = "constant" }: PaddingOptions): Required<PaddingOptions> {
  checkNumber("fill", fill);
  checkChoice("paddingMode", paddingMode, MODES);
  return { fill, paddingMode };
}

/** A window [height, width] of each image, whose top left corner `cornerOf` gives ([top, left], negative in the padding). */
export function windows(
  batch: ImageBatch,
  height: number,
  width: number,
  cornerOf: (image: number) => readonly [number, number],
  { fill, paddingMode }: Required<PaddingOptions>,
): ImageBatch {
  const { values, shape } = batch;
  const [images, fullHeight, fullWidth, channels] = shape;
  if (!(values instanceof Float32Array)) checkNumber("fill", fill, { least: 0, most: 255 });
  const result = sameType(values, images * height * width * channels);
  if (fill !== 0) result.fill(fill);
  for (let image = 0; image < images; image++) {
    const [top, left] = cornerOf(image);
    const inside = left >= 0 && left + width <= fullWidth;
    for (let y = 0; y < height; y++) {
      const row = sourceOf(top + y, fullHeight, paddingMode);
      if (row < 0) continue;
      const from = (image * fullHeight + row) * fullWidth;
      const to = (image * height + y) * width;
      if (inside) {
        result.set(values.subarray((from + left) * channels, (from + left + width) * channels), to * channels);
        continue;
      }
      for (let x = 0; x < width; x++) {
        const column = sourceOf(left + x, fullWidth, paddingMode);
        if (column < 0) continue;
        for (let c = 0; c < channels; c++)
          result[(to + x) * channels + c] = values[(from + column) * channels + c] ?? 0;
      }
    }
  }
  return { ...batch, values: result, shape: [images, height, width, channels] };
}

/** Which position along one axis of length `size` each of `count` window positions shows, from `start` on; -1 for the fill. */
export function windowPositions(start: number, count: number, size: number, mode: PaddingMode): number[] {
  return Array.from({ length: count }, (_, i) => sourceOf(start + i, size, mode));
}

/** Which position an image of `size` shows at `position`, or -1 for the fill. */
function sourceOf(position: number, size: number, mode: PaddingMode): number {
  if (position >= 0 && position < size) return position;
  if (mode === "constant") return -1;
  if (mode === "edge") return position < 0 ? 0 : size - 1;
  const period = mode === "symmetric" ? 2 * size : Math.max(1, 2 * size - 2);
  const place = ((position % period) + period) % period;
  if (place < size) return place;
  return mode === "symmetric" ? period - 1 - place : period - place;
}
