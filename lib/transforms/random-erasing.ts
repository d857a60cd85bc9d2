// Covers a rectangle of some images.

import { checkNumber, checkOptions } from "../engine/invalid.js";
import { halfToEven } from "./half-to-even.js";
import type { ImageBatch } from "./image-batch.js";
import type { Box } from "./resample.js";
import { checkRange } from "./size.js";
import { eachImage, makeTransform, type Transform } from "./transform.js";

export interface RandomErasingOptions {
  /** In [0, 1]; 0.5 by default. */
  readonly probability?: number;
  /** [least, most] share of the area; [0.02, 0.33] by default. */
  readonly scale?: readonly [number, number];
  /** [least, most] height / width; [0.3, 3.3] by default. */
  readonly ratio?: readonly [number, number];
  /** What covers it; 0 by default. */
  readonly fill?: number;
}

/**
 * Covers a rectangle of random size and place, wholly inside (torchvision's RandomErasing; Zhong et al., "Random erasing
 * data augmentation", 2020).
 * @throws when an option is out of range; (when it runs) when it does not fit the images
 */
export function randomErasing(options: RandomErasingOptions = {}): Transform {
  checkOptions("options", options, ["probability", "scale", "ratio", "fill"]);
  const { probability = 0.5, fill = 0 } = options;
  checkNumber("probability", probability, { least: 0, most: 1 });
  checkNumber("fill", fill);
  const scale = checkRange("scale", options.scale ?? [0.02, 0.33], 0, 1);
  const ratio = checkRange("ratio", options.ratio ?? [0.3, 3.3], 0);
  checkNumber("ratio[0]", ratio[0], { above: 0 });
  return makeTransform({
    name: "randomErasing",
    options: { probability, scale, ratio, fill },
    random: true,
    run: (batch, seeds) => {
      const [, height, width] = batch.shape;
      if (!(batch.values instanceof Float32Array)) checkNumber("fill", fill, { least: 0, most: 255 });
      eachImage(seeds, (image, random) => {
        if (!random.chance(probability)) return;
        for (let attempt = 0; attempt < 10; attempt++) {
          const area = height * width * random.uniform(...scale);
          const proportions = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
          const own = {
            height: halfToEven(Math.sqrt(area * proportions)),
            width: halfToEven(Math.sqrt(area / proportions)),
          };
          if (own.height >= height || own.width >= width) continue;
          const [top, left] = [random.below(height - own.height + 1), random.below(width - own.width + 1)];
          fillBox(batch, image, { ...own, top, left }, fill);
          return;
        }
      });
      return batch;
    },
  });
}

/** Fills what of the box is inside the image, in place. */
export function fillBox({ values, shape }: ImageBatch, image: number, box: Box, fill: number): void {
  const [, height, width, channels] = shape;
  const left = Math.max(0, box.left);
  const right = Math.min(width, box.left + box.width);
  if (right <= left) return;
  for (let y = Math.max(0, box.top); y < Math.min(height, box.top + box.height); y++) {
    const row = (image * height + y) * width;
    values.fill(fill, (row + left) * channels, (row + right) * channels);
  }
}
