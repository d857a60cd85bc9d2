// Turns images about their middle.

import { checkChoice, checkNumber, checkOptions } from "../engine/invalid.js";
import { type ImageBatch, sameType } from "./image-batch.js";
import { checkRange } from "./size.js";
import { eachImage, makeTransform, type Transform } from "./transform.js";

export interface RandomRotationOptions {
  /** "bilinear" (the default; torchvision's is "nearest") or "nearest". */
  readonly interpolation?: "bilinear" | "nearest";
  /** What shows in the corners; 0 by default. */
  readonly fill?: number;
}

/**
 * Turns each image counter-clockwise by a random angle (torchvision's RandomRotation, with Pillow's results for bytes).
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
      const turn = interpolation === "nearest" ? turnNearest : turnBilinear;
      eachImage(seeds, (image, random) => {
        const source = values.subarray(image * size, (image + 1) * size);
        const target = result.subarray(image * size, (image + 1) * size);
        turnImage(source, target, shape, random.uniform(...range), turn);
      });
      return { ...batch, values: result };
    },
  });
}

type Pixels = ImageBatch["values"];
/** x' = a x + b y + c; y' = d x + e y + f: from a place in the result to the place in the source. */
type Affine = readonly [number, number, number, number, number, number];
type Turn = (source: Pixels, target: Pixels, shape: ImageBatch["shape"], affine: Affine) => void;

function turnImage(source: Pixels, target: Pixels, shape: ImageBatch["shape"], degrees: number, turn: Turn): void {
  const [, height, width, channels] = shape;
  const angle = ((degrees % 360) + 360) % 360;
  const last = height * width - 1;
  // Right angles are exact: pixels only change places.
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
  if (place !== undefined) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = place(y, x) * channels;
        target.set(source.subarray(from, from + channels), (y * width + x) * channels);
      }
    }
    return;
  }
  const radians = (-angle * Math.PI) / 180;
  const cosine = Number(Math.cos(radians).toFixed(15));
  const sine = Number(Math.sin(radians).toFixed(15));
  const [x, y] = [width / 2, height / 2];
  turn(source, target, shape, [cosine, sine, cosine * -x + sine * -y + x, -sine, cosine, -sine * -x + cosine * -y + y]);
}

/** In 16.16 fixed point, as Pillow, so that ties fall to the same side. */
const turnNearest: Turn = (source, target, [, height, width, channels], [a, b, c, d, e, f]) => {
  const fixed = (value: number) => Math.floor(value * 65536 + 0.5);
  const [stepX, stepY] = [fixed(a), fixed(d)];
  let rowX = fixed(c + a * 0.5 + b * 0.5);
  let rowY = fixed(f + d * 0.5 + e * 0.5);
  for (let y = 0; y < height; y++, rowX += fixed(b), rowY += fixed(e)) {
    let [fromX, fromY] = [rowX, rowY];
    for (let x = 0; x < width; x++, fromX += stepX, fromY += stepY) {
      const [column, row] = [fromX >> 16, fromY >> 16];
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      const from = (row * width + column) * channels;
      for (let k = 0; k < channels; k++) target[(y * width + x) * channels + k] = source[from + k] ?? 0;
    }
  }
};

const turnBilinear: Turn = (source, target, [, height, width, channels], [a, b, c, d, e, f]) => {
  const clip = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = a * (x + 0.5) + b * (y + 0.5) + c;
      const fromY = d * (x + 0.5) + e * (y + 0.5) + f;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const [left, top] = [Math.floor(fromX - 0.5), Math.floor(fromY - 0.5)];
      const [dx, dy] = [fromX - 0.5 - left, fromY - 0.5 - top];
      const [x0, x1] = [clip(left, width) * channels, clip(left + 1, width) * channels];
      const [y0, y1] = [clip(top, height) * width * channels, clip(top + 1, height) * width * channels];
      for (let k = 0; k < channels; k++) {
        const upper = mixed(source[y0 + x0 + k] ?? 0, source[y0 + x1 + k] ?? 0, dx);
        const lower = mixed(source[y1 + x0 + k] ?? 0, source[y1 + x1 + k] ?? 0, dx);
        // A byte array cuts the fraction, as Pillow does.
        target[(y * width + x) * channels + k] = mixed(upper, lower, dy);
      }
    }
  }
};

function mixed(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
