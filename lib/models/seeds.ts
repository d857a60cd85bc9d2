// Seeds for the layers of one model: a seed makes its first weights repeatable, and no two layers share numbers.

/** @returns a function that gives the next layer's seed; undefined (random weights) without a seed. */
export function layerSeeds(seed: number | undefined): () => number | undefined {
  if (seed === undefined) return () => undefined;
  if (!Number.isInteger(seed)) throw new Error(`invalid seed; expected a whole number: ${seed}`);
  let next = seed * 1009 + 17;
  return () => {
    next = (next * 16807 + 11) % 2147483647;
    return Math.abs(next);
  };
}

/** @throws `invalid <name>; expected …` unless it is a whole number, at least `least`. */
export function checkCount(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new Error(`invalid ${name}; expected a whole number, at least ${least}: ${value}`);
}

/** @throws `invalid inputShape; expected …` unless it is [height, width, channels]. */
export function checkImageShape(shape: readonly number[]): asserts shape is [number, number, number] {
  if (shape.length !== 3 || !shape.every((size) => Number.isInteger(size) && size >= 1))
    throw new Error(
      `invalid inputShape; expected [height, width, channels], whole numbers from 1: [${shape.join(", ")}]`,
    );
}
