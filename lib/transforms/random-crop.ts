// A part of each image, somewhere.
import { checkChoice, checkOptions, invalid } from "../engine/invalid.js";
import { SplitMix32 } from "../engine/random.js";
import { checkSize, type Size } from "./size.js";
import { makeTransform, type Transform } from "./transform.js";
import { checkPadding, checkPaddingOptions, type Padding, type PaddingOptions, windows } from "./window.js";

export interface RandomCropOptions extends PaddingOptions {
  /** Added around the image before: one number, [horizontal, vertical], or [left, top, right, bottom]; 0 by default. */
  readonly padding?: Padding;
  /** Add as much as is missing when the image is smaller than the window; false by default. */
  readonly padIfNeeded?: boolean;
}

/**
 * A window [height, width] at a random place (torchvision's RandomCrop); each place is as likely.
 * @param size a side, or [height, width]
 * @throws (when it runs) when the padded image is smaller than the window
 */
export function randomCrop(size: Size, options: RandomCropOptions = {}): Transform {
  checkOptions("options", options, ["padding", "padIfNeeded", "fill", "paddingMode"]);
  const [height, width] = checkSize("size", size);
  const { padding = 0, padIfNeeded = false } = options;
  checkChoice("padIfNeeded", padIfNeeded, [true, false]);
  const sides = checkPadding(padding);
  const filling = checkPaddingOptions(options);
  return makeTransform({
    name: "randomCrop",
    options: { size: [height, width], padding: sides, padIfNeeded, ...filling },
    random: true,
    run: (batch, seeds) => {
      const [left, top, right, bottom] = sides;
      const rows = freedom("height", batch.shape[1], top, bottom, height, padIfNeeded);
      const columns = freedom("width", batch.shape[2], left, right, width, padIfNeeded);
      const cornerOf = (image: number) => {
        const random = new SplitMix32(seeds[image] ?? 0);
        return [rows.first + random.below(rows.places), columns.first + random.below(columns.places)] as const;
      };
      return windows(batch, height, width, cornerOf, filling);
    },
  });
}

/** Where a window may begin along one axis: from `first`, `places` of them. */
function freedom(name: string, size: number, before: number, after: number, window: number, padIfNeeded: boolean) {
  const missing = window - (size + before + after);
  if (missing > 0 && !padIfNeeded) {
    throw invalid(
      "size",
      `at most the padded image's ${name}, ${size + before + after} (or padIfNeeded: true)`,
      window,
    );
  }
  // What is missing is added on both sides.
  const added = Math.max(0, missing);
  return { first: -before - added, places: size + before + after + 2 * added - window + 1 };
}
