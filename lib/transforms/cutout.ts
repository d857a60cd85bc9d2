// Covers squares of images.
import { checkNumber, checkOptions } from "../engine/invalid.js";
import { fillBox } from "./random-erasing.js";
import { checkPixels } from "./size.js";
import { eachImage, makeTransform, type Transform } from "./transform.js";

export interface CutoutOptions {
  /** The side of a square in pixels, from 1. */
  readonly size: number;
  /** How many squares; 1 by default. */
  readonly count?: number;
  /** What covers them; 0 by default, which is the mean after normalize. */
  readonly fill?: number;
}

/**
 * Covers squares whose middle is anywhere in the image, so that they may stick out (DeVries and Taylor, "Improved
 * regularization of convolutional neural networks with cutout", 2017, arXiv 1708.04552).
 * @throws when an option is out of range; (when it runs) when it does not fit the images
 */
export function cutout(options: CutoutOptions): Transform {
  checkOptions("options", options, ["size", "count", "fill"]);
  const { size, count = 1, fill = 0 } = options;
  checkPixels("size", size, 1);
  checkPixels("count", count, 1);
  checkNumber("fill", fill);
  return makeTransform({
    name: "cutout",
    options: { size, count, fill },
    random: true,
    run: (batch, seeds) => {
      const [, height, width] = batch.shape;
      if (!(batch.values instanceof Float32Array)) checkNumber("fill", fill, { least: 0, most: 255 });
      eachImage(seeds, (image, random) => {
        for (let i = 0; i < count; i++) {
          const top = random.below(height) - (size >> 1);
          const left = random.below(width) - (size >> 1);
          fillBox(batch, image, { top, left, height: size, width: size }, fill);
        }
      });
      return batch;
    },
  });
}
