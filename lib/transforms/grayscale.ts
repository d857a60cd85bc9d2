// Colour images to grey ones.

import { checkChoice, checkOptions, invalid } from "../engine/invalid.js";
import { byteGray } from "./byte-colors.js";
import { floatGray } from "./float-colors.js";
import { sameType } from "./image-batch.js";
import { makeTransform, type Transform } from "./transform.js";

export interface GrayscaleOptions {
  /** Of the result: 1 (the default), or 3 that are the same. */
  readonly channels?: 1 | 3;
}

/**
 * Grey images (torchvision's Grayscale), out of 3 channels or 1.
 * @throws when an option is out of range; (when it runs) when it does not fit the images
 */
export function grayscale(options: GrayscaleOptions = {}): Transform {
  checkOptions("options", options, ["channels"]);
  const { channels = 1 } = options;
  checkChoice("channels", channels, [1, 3]);
  return makeTransform({
    name: "grayscale",
    options: { channels },
    random: false,
    run: (batch) => {
      const { values, shape } = batch;
      const [images, height, width, given] = shape;
      if (given !== 1 && given !== 3) throw invalid("images", "1 or 3 channels for grayscale", given);
      const gray = values instanceof Float32Array ? floatGray : byteGray;
      const result = sameType(values, images * height * width * channels);
      for (let i = 0, from = 0; i < result.length; i += channels, from += given) {
        const first = values[from] ?? 0;
        const value = given === 1 ? first : gray(first, values[from + 1] ?? 0, values[from + 2] ?? 0);
        result.fill(value, i, i + channels);
      }
      return { ...batch, values: result, shape: [images, height, width, channels] };
    },
  });
}
