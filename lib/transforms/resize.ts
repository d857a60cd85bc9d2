// Images of another size.
import { checkChoice, checkOptions, invalid } from "../engine/invalid.js";
import { INTERPOLATIONS, type Interpolation, resample } from "./resample.js";
import { checkPixels, checkSize, type Size } from "./size.js";
import { makeTransform, type Transform } from "./transform.js";

export interface ResizeOptions {
  /** "bilinear" (the default), "bicubic" or "nearest". */
  readonly interpolation?: Interpolation;
  /** Average over all pixels when images shrink, as everybody's eyes expect; true by default. Bicubic always does. */
  readonly antialias?: boolean;
}

/**
 * Scales images (torchvision's Resize). Bytes give Pillow 13's results exactly, float32 PyTorch's; "nearest" is PyTorch's
 * "nearest-exact".
 * @param size the shorter side, keeping proportions, or [height, width]
 * @throws when an option is out of range
 */
export function resize(size: Size, options: ResizeOptions = {}): Transform {
  checkOptions("options", options, ["interpolation", "antialias"]);
  const { interpolation = "bilinear", antialias = true } = options;
  checkChoice("interpolation", interpolation, INTERPOLATIONS);
  checkChoice("antialias", antialias, [true, false]);
  if (interpolation === "bicubic" && !antialias) throw invalid("antialias", "true for bicubic", antialias);
  const fixed = Array.isArray(size) ? checkSize("size", size) : undefined;
  if (fixed === undefined) checkPixels("size", size, 1);
  return makeTransform({
    name: "resize",
    options: { size: fixed ?? size, interpolation, antialias },
    random: false,
    run: (batch) => {
      const [, height, width] = batch.shape;
      const target = fixed ?? shorterSide(Number(size), height, width);
      if (target[0] === height && target[1] === width) return batch;
      return resample(batch, target, () => ({ top: 0, left: 0, height, width }), interpolation, antialias);
    },
  });
}

function shorterSide(size: number, height: number, width: number): readonly [number, number] {
  return height <= width ? [size, Math.trunc((size * width) / height)] : [Math.trunc((size * height) / width), size];
}
