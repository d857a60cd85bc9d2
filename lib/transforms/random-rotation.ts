// Turns images about their middle by random angles. How pixels are found is in rotate-bytes and rotate-floats.

import { checkChoice, checkNumber, checkOptions } from "../engine/invalid.js";
import { type ImageBatch, sameType } from "./image-batch.js";
import { rotateBytes } from "./rotate-bytes.js";
import { rotateFloats } from "./rotate-floats.js";
import { checkRange } from "./size.js";
import { eachImage, makeTransform, type Transform } from "./transform.js";

export interface RandomRotationOptions {
  /** "bilinear" (the default; torchvision's is "nearest") or "nearest". */
  readonly interpolation?: "bilinear" | "nearest";
  /** What shows in the corners; 0 by default. */
  readonly fill?: number;
}

/**
 * Turns each image counter-clockwise by a random angle (torchvision's RandomRotation). Bytes give Pillow's results
 * exactly, float32 PyTorch's: there, what a bilinear pixel at the edge lacks is fill, and the rest counts by its share twice.
 * @param degrees at most so far either way, or [least, most]
 * @throws when an option is out of range
 */
export function randomRotation(
  degrees: number | readonly [number, number],
  options: RandomRotationOptions = {},
): Transform {
  checkOptions("options", options, ["interpolation", "fill"]);
  if (!Array.isArray(degrees)) checkNumber("degrees", degrees, { least: 0 });
  const range = checkRange("degrees", Array.isArray(degrees) ? degrees : [-degrees, degrees]);
  const { interpolation = "bilinear", fill = 0 } = options;
  checkChoice("interpolation", interpolation, ["bilinear", "nearest"]);
  checkNumber("fill", fill);
  return makeTransform({
    name: "randomRotation",
    options: { degrees: range, interpolation, fill },
    random: true,
    run: (batch, seeds) => {
      const { values, shape } = batch;
      if (!(values instanceof Float32Array)) checkNumber("fill", fill, { least: 0, most: 255 });
      const [, height, width, channels] = shape;
      const result = sameType(values, values.length).fill(fill);
      const size = height * width * channels;
      eachImage(seeds, (image, random) => {
        const [start, end] = [image * size, (image + 1) * size];
        const [source, target] = [values.subarray(start, end), result.subarray(start, end)];
        const angle = random.uniform(...range);
        if (rotateExactly(source, target, shape, angle)) return;
        if (source instanceof Float32Array) rotateFloats(source, target, shape, angle, interpolation, fill);
        else rotateBytes(source, target, shape, angle, interpolation);
      });
      return { ...batch, values: result };
    },
  });
}

type Pixels = ImageBatch["values"];

/** Right angles: pixels only change places. @returns false, and does nothing, where the angle is none or the sides differ */
function rotateExactly(source: Pixels, target: Pixels, shape: ImageBatch["shape"], degrees: number): boolean {
  const [, height, width, channels] = shape;
  const angle = ((degrees % 360) + 360) % 360;
  const last = height * width - 1;
  const place =
    angle === 0
      ? (y: number, x: number) => y * width + x
      : angle === 180
        ? (y: number, x: number) => last - (y * width + x)
        : height === width && angle === 90
          ? (y: number, x: number) => x * width + (width - 1 - y)
          : height === width && angle === 270
            ? (y: number, x: number) => (height - 1 - x) * width + y
            : undefined;
  if (place === undefined) return false;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = place(y, x) * channels;
      target.set(source.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return true;
}
