// Changes the colours of images a little.

import { checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import type { Random } from "../engine/random.js";
import { byteColors } from "./byte-colors.js";
import { floatColors } from "./float-colors.js";
import type { ImageBatch } from "./image-batch.js";
import type { ImageColors } from "./image-colors.js";
import { checkRange } from "./size.js";
import { eachImage, makeTransform, type Transform } from "./transform.js";

export interface ColorJitterOptions {
  /** The factor is drawn from [max(0, 1 − x), 1 + x], or from [least, most]; 0 by default: no change. */
  readonly brightness?: number | readonly [number, number];
  /** As brightness: away from the image's mean grey, or towards it. */
  readonly contrast?: number | readonly [number, number];
  /** As brightness: from grey to more colour. */
  readonly saturation?: number | readonly [number, number];
  /** Parts of a colour circle: drawn from [−x, x], or from [least, most] in [−0.5, 0.5]; 0 by default. */
  readonly hue?: number | readonly [number, number];
}

type Change = keyof ImageColors<unknown>;
type Ranges = Readonly<Record<Change, readonly [number, number]>>;
const CHANGES: readonly Change[] = ["brightness", "contrast", "saturation", "hue"];

/**
 * Random brightness, contrast, saturation and hue, in random order (torchvision's ColorJitter, with its results for PIL
 * images where images are bytes, and for tensors where they are float32 in [0, 1]). Images have 1 or 3 channels; saturation
 * and hue of grey images stay.
 * @throws when an option is out of range; (when it runs) when it does not fit the images
 */
export function colorJitter(options: ColorJitterOptions = {}): Transform {
  checkOptions("options", options, CHANGES);
  const ranges: Ranges = {
    brightness: factors("brightness", options.brightness),
    contrast: factors("contrast", options.contrast),
    saturation: factors("saturation", options.saturation),
    hue: turns(options.hue),
  };
  return makeTransform({
    name: "colorJitter",
    options: ranges,
    random: true,
    run: (batch, seeds) => {
      const { values, shape } = batch;
      const [, height, width, channels] = shape;
      if (channels !== 1 && channels !== 3) throw invalid("images", "1 or 3 channels for colorJitter", channels);
      const size = height * width * channels;
      eachImage(seeds, (i, random) => {
        if (values instanceof Float32Array) {
          jitter(values.subarray(i * size, (i + 1) * size), channels, floatColors, ranges, random);
        } else {
          jitter(values.subarray(i * size, (i + 1) * size), channels, byteColors, ranges, random);
        }
      });
      return batch;
    },
  });
}

function jitter<T extends ImageBatch["values"]>(
  image: T,
  channels: number,
  colors: ImageColors<T>,
  ranges: Ranges,
  random: Random,
): void {
  // All numbers are drawn first, so that one change's range makes no difference to the others.
  const draws = CHANGES.map((change) => ({ change, amount: random.uniform(...ranges[change]), place: random.unit() }));
  draws.sort((a, b) => a.place - b.place);
  for (const { change, amount } of draws) {
    if (amount === (change === "hue" ? 0 : 1)) continue;
    if (change === "brightness" || change === "contrast") colors[change](image, channels, amount);
    else if (channels === 3) colors[change](image, amount);
  }
}

function factors(name: string, given: number | readonly [number, number] = 0): readonly [number, number] {
  if (Array.isArray(given)) return checkRange(name, given, 0);
  checkNumber(name, given, { least: 0 });
  return [Math.max(0, 1 - Number(given)), 1 + Number(given)];
}

function turns(given: number | readonly [number, number] = 0): readonly [number, number] {
  if (Array.isArray(given)) return checkRange("hue", given, -0.5, 0.5);
  checkNumber("hue", given, { least: 0, most: 0.5 });
  // Not [-0, 0]: JSON knows no negative zero.
  return [0 - Number(given), Number(given)];
}
