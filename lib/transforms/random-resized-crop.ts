// A part of each image of random size and proportions, scaled to one size.
import { checkChoice, checkNumber, checkOptions } from "../engine/invalid.js";
import { type Random, SplitMix32 } from "../engine/random.js";
import { halfToEven } from "./half-to-even.js";
import { type Box, INTERPOLATIONS, resample } from "./resample.js";
import type { ResizeOptions } from "./resize.js";
import { checkRange, checkSize, type Size } from "./size.js";
import { makeTransform, type Transform } from "./transform.js";

export interface RandomResizedCropOptions extends Pick<ResizeOptions, "interpolation"> {
  /** [least, most] share of the image's area, in (0, 1]; [0.08, 1] by default. */
  readonly scale?: readonly [number, number];
  /** [least, most] width / height; [3/4, 4/3] by default. */
  readonly ratio?: readonly [number, number];
}

/**
 * A random part, scaled to `size` with antialias (torchvision's RandomResizedCrop; Szegedy et al., "Going deeper with
 * convolutions", 2015).
 * @param size a side, or [height, width]
 * @throws when an option is out of range
 */
export function randomResizedCrop(size: Size, options: RandomResizedCropOptions = {}): Transform {
  checkOptions("options", options, ["scale", "ratio", "interpolation"]);
  const target = checkSize("size", size);
  const scale = checkRange("scale", options.scale ?? [0.08, 1], 0, 1);
  const ratio = checkRange("ratio", options.ratio ?? [3 / 4, 4 / 3], 0);
  checkNumber("scale[0]", scale[0], { above: 0 });
  checkNumber("ratio[0]", ratio[0], { above: 0 });
  const { interpolation = "bilinear" } = options;
  checkChoice("interpolation", interpolation, INTERPOLATIONS);
  return makeTransform({
    name: "randomResizedCrop",
    options: { size: target, scale, ratio, interpolation },
    random: true,
    run: (batch, seeds) => {
      const [, height, width] = batch.shape;
      const boxOf = (image: number) => randomBox(new SplitMix32(seeds[image] ?? 0), height, width, scale, ratio);
      return resample(batch, target, boxOf, interpolation, true);
    },
  });
}

function randomBox(
  random: Random,
  height: number,
  width: number,
  scale: readonly [number, number],
  ratio: readonly [number, number],
): Box {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * random.uniform(...scale);
    const proportions = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const own = { height: halfToEven(Math.sqrt(area / proportions)), width: halfToEven(Math.sqrt(area * proportions)) };
    if (own.height > 0 && own.width > 0 && own.height <= height && own.width <= width) {
      return { ...own, top: random.below(height - own.height + 1), left: random.below(width - own.width + 1) };
    }
  }
  // None fitted: the largest part in the middle whose proportions are allowed.
  const own = { height, width };
  if (width / height < ratio[0]) own.height = Math.max(1, Math.min(height, halfToEven(width / ratio[0])));
  else if (width / height > ratio[1]) own.width = Math.max(1, Math.min(width, halfToEven(height * ratio[1])));
  return { ...own, top: Math.floor((height - own.height) / 2), left: Math.floor((width - own.width) / 2) };
}
