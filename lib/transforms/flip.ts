// Mirrors images.

import { checkNumber, checkOptions } from "../engine/invalid.js";
import type { ImageBatch } from "./image-batch.js";
import { eachImage, makeTransform, type Transform } from "./transform.js";

export interface FlipOptions {
  /** In [0, 1]; 0.5 by default. 1 flips every image. */
  readonly probability?: number;
}

/**
 * Left becomes right (torchvision's RandomHorizontalFlip).
 * @throws when an option is out of range
 */
export function randomHorizontalFlip(options: FlipOptions = {}): Transform {
  return flip("randomHorizontalFlip", options, (values, image, [, height, width, channels]) => {
    for (let y = 0; y < height; y++) swapRuns(values, (image * height + y) * width * channels, width, channels);
  });
}

/**
 * Top becomes bottom (torchvision's RandomVerticalFlip).
 * @throws when an option is out of range
 */
export function randomVerticalFlip(options: FlipOptions = {}): Transform {
  return flip("randomVerticalFlip", options, (values, image, [, height, width, channels]) => {
    swapRuns(values, image * height * width * channels, height, width * channels);
  });
}

function flip(
  name: string,
  options: FlipOptions,
  mirror: (values: ImageBatch["values"], image: number, shape: ImageBatch["shape"]) => void,
): Transform {
  checkOptions(name, options, ["probability"]);
  const { probability = 0.5 } = options;
  checkNumber("probability", probability, { least: 0, most: 1 });
  return makeTransform({
    name,
    options: { probability },
    random: true,
    run: (batch, seeds) => {
      eachImage(seeds, (image, random) => {
        if (random.chance(probability)) mirror(batch.values, image, batch.shape);
      });
      return batch;
    },
  });
}

/** Reverses the order of `count` runs of `size` values that begin at `start`. */
function swapRuns(values: ImageBatch["values"], start: number, count: number, size: number): void {
  for (let a = start, b = start + (count - 1) * size; a < b; a += size, b -= size) {
    const kept = values.slice(a, a + size);
    values.copyWithin(a, b, b + size);
    values.set(kept, b);
  }
}
