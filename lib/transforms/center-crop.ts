// The middle of images.
import { checkSize, type Size } from "./size.js";
import { makeTransform, type Transform } from "./transform.js";
import { windows } from "./window.js";

/**
 * The middle [height, width] of each image, with a black frame where the image is smaller (torchvision's CenterCrop).
 * @param size a side, or [height, width]
 * @throws when the size is out of range
 */
export function centerCrop(size: Size): Transform {
  const [height, width] = checkSize("size", size);
  return makeTransform({
    name: "centerCrop",
    options: { size: [height, width] },
    random: false,
    run: (batch) => {
      const corner = [centerStart(batch.shape[1], height), centerStart(batch.shape[2], width)] as const;
      return windows(batch, height, width, () => corner, { fill: 0, paddingMode: "constant" });
    },
  });
}

/** Where the middle `size` of a `full` length begins. Half a pixel goes to the even side, as Python rounds; a frame has its odd pixel at the end. */
export function centerStart(full: number, size: number): number {
  if (size > full) return -Math.floor((size - full) / 2);
  const half = (full - size) / 2;
  const down = Math.floor(half);
  return half === down || down % 2 === 0 ? down : down + 1;
}
