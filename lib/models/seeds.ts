// Seeds for the layers of one model: a seed makes its first weights repeatable, and no two layers share numbers.
import { checkWhole, invalid } from "../engine/invalid.js";
import { checkSeed, mixSeeds } from "../engine/random.js";

/** @returns a function that gives the next layer's seed; undefined (random weights) without a seed. */
export function layerSeeds(seed: number | undefined): () => number | undefined {
  if (seed === undefined) return () => undefined;
  checkSeed(seed);
  let layer = 0;
  return () => mixSeeds(seed, layer++);
}

/** No layer has more units or filters, no image a longer side: what is larger is a mistake, and would take all memory. */
export const LARGEST = 2 ** 16;

/** @throws unless it is a whole number in [1, 65536]. */
export function checkUnits(name: string, value: unknown): void {
  checkWhole(name, value, 1, LARGEST);
}

/** @throws unless it is a list of such numbers. */
export function checkShape(name: string, rule: string, shape: unknown): asserts shape is readonly number[] {
  if (!Array.isArray(shape)) throw invalid(name, rule, shape);
  for (const [i, size] of shape.entries()) checkUnits(`${name}[${i}]`, size);
}

/** @throws unless it is [height, width, channels]. */
export function checkImageShape(shape: unknown): asserts shape is [number, number, number] {
  const rule = "[height, width, channels]";
  checkShape("inputShape", rule, shape);
  if (shape.length !== 3) throw invalid("inputShape", rule, shape);
}
