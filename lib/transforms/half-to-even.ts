// Rounding as Python's round and C's nearbyint do it, which torchvision's sizes and pixels go through. Called by resample, the
// transforms that choose a box, and rotations of floats.

/** The nearest whole number; of two as near, the even one. */
export function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
