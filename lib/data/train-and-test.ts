// What the well-known data sets give: mnist, fashionMnist, cifar10.
import { checkWhole } from "../engine/invalid.js";
import { checkSeed, Xoshiro128 } from "../engine/random.js";
import type { Dataset } from "./dataset.js";

export interface TrainAndTest {
  readonly train: Dataset;
  readonly test: Dataset;
  /** The same for both. */
  readonly classNames: readonly string[];
}

export interface PartOptions {
  /** How many images to train with, drawn at random; all of them by default. */
  readonly train?: number;
  /** How many images to test with, drawn at random; all of them by default. */
  readonly test?: number;
  /** Which images: whole number in [0, 2³²), the same on every machine; 0 by default. */
  readonly seed?: number;
}

export const partOptions = ["train", "test", "seed"];

/** @throws before anything is read or fetched, when a number is none of images */
export function checkParts({ train, test, seed }: PartOptions, most: { train: number; test: number }): void {
  if (train !== undefined) checkWhole("train", train, 1, most.train);
  if (test !== undefined) checkWhole("test", test, 0, most.test);
  if (seed !== undefined) checkSeed(seed);
}

/** @throws when there are fewer images */
export function drawnParts(all: TrainAndTest, options: PartOptions): TrainAndTest {
  const { train, test, seed = 0 } = options;
  checkParts(options, { train: all.train.length, test: all.test.length });
  if (train === undefined && test === undefined) return all;
  const random = new Xoshiro128(seed);
  const drawn = (part: Dataset, count: number | undefined) => {
    const order = random.permutation(part.length);
    return count === undefined ? part : part.subset(order.subarray(0, count));
  };
  return { ...all, train: drawn(all.train, train), test: drawn(all.test, test) };
}
