// Images as bytes that can be drawn, whatever their values are: bytes, shares, or what normalizing made of them. For the
// pictures of data sets and of ml.plot.

/** The values that are drawn black and white. */
export type ImageRange = readonly [black: number, white: number];

/** What can be drawn: grey, RGB and RGBA images. */
export function isImageShape(shape: readonly number[]): boolean {
  const [height = 0, width = 0, channels = 1] = shape;
  return (shape.length === 2 || shape.length === 3) && height > 0 && width > 0 && [1, 3, 4].includes(channels);
}

/**
 * Integers from 0 to 255 and other numbers from 0 to 1 are drawn as they are; anything else is spread from black, the least
 * of all values, to white, the largest.
 */
export function imageRange(images: readonly ArrayLike<number>[]): ImageRange {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let areWhole = true;
  for (const values of images)
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      areWhole &&= Number.isInteger(value);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  const areBytes = images.every((values) => values instanceof Uint8Array || values instanceof Int32Array);
  if (least >= 0 && most <= 1 && !areBytes) return [0, 1];
  if (least >= 0 && most <= 255 && areWhole) return [0, 255];
  return most > least ? [least, most] : [least - 1, least + 1];
}

export function imageBytes(values: ArrayLike<number>, [black, white]: ImageRange): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round((255 * (value - black)) / (white - black)));
}
