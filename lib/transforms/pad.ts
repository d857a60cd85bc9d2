// A frame around images.
import { checkOptions } from "../engine/invalid.js";
import { makeTransform, type Transform } from "./transform.js";
import { checkPadding, checkPaddingOptions, type Padding, type PaddingOptions, windows } from "./window.js";

/**
 * Adds a frame (torchvision's Pad).
 * @param padding pixels: one number, [horizontal, vertical], or [left, top, right, bottom]
 * @throws when an option is out of range
 */
export function pad(padding: Padding, options: PaddingOptions = {}): Transform {
  checkOptions("options", options, ["fill", "paddingMode"]);
  const sides = checkPadding(padding);
  const filling = checkPaddingOptions(options);
  const [left, top, right, bottom] = sides;
  return makeTransform({
    name: "pad",
    options: { padding: sides, ...filling },
    random: false,
    run: (batch) => {
      const [, height, width] = batch.shape;
      return windows(batch, height + top + bottom, width + left + right, () => [-top, -left], filling);
    },
  });
}
