// The random numbers of this folder (order, splits, samples): xoshiro128**, seeded by SplitMix32, so that a seed gives the
// same order on every machine and in every version of Node. Called by the loader, split, kFold and the data sets.
import { randomInt } from "node:crypto";
import { invalid } from "./invalid.js";

/** Seeds are whole numbers in [0, 2³²). */
export const SEEDS = 2 ** 32;

/** One SplitMix32 step's output: mixes 32 bits so that neighbours share nothing (finaliser of MurmurHash3). */
function mix(bits: number): number {
  let h = bits | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** One seed out of several whole numbers, whose order matters: an epoch's from the loader's, a sample's from the epoch's. */
export function mixSeeds(...parts: readonly number[]): number {
  return parts.reduce((seed, part) => mix(Math.imul(seed, 0x9e3779b1) + mix((part | 0) + 0x9e3779b9)), 0);
}

/** @returns `seed`, or a new one from the system's random numbers when it is undefined; @throws unless in [0, 2³²). */
export function seedOrRandom(seed: number | undefined): number {
  if (seed === undefined) return randomInt(SEEDS);
  if (!Number.isInteger(seed) || seed < 0 || seed >= SEEDS) throw invalid("seed", "a whole number in [0, 2³²)", seed);
  return seed;
}

/**
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021;
 * https://prng.di.unimi.it/xoshiro128starstar.c). Its four words of state are the first four outputs of SplitMix32.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed whole number in [0, 2³²) */
  constructor(seed: number) {
    const state = [1, 2, 3, 4].map((i) => mix(seed + Math.imul(i, 0x9e3779b9)) | 0);
    [this.#a, this.#b, this.#c, this.#d] = [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0, state[3] ?? 0];
  }

  /** The next whole number, uniform in [0, 2³²). */
  next(): number {
    const scaled = Math.imul(this.#b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A whole number, uniform in [0, size), without bias (rejection); size at most 2³². */
  below(size: number): number {
    const limit = SEEDS - (SEEDS % size);
    let value = this.next();
    while (value >= limit) value = this.next();
    return value % size;
  }

  /** Shuffles in place (Fisher and Yates, from the end) and returns its argument. */
  shuffle<T extends number[] | Uint32Array>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const item = items[i] ?? 0;
      items[i] = items[j] ?? 0;
      items[j] = item;
    }
    return items;
  }

  /** 0 … size-1 in random order. */
  permutation(size: number): Uint32Array {
    return this.shuffle(countUp(size));
  }
}

/** 0 … size-1. */
export function countUp(size: number): Uint32Array {
  const result = new Uint32Array(size);
  for (let i = 0; i < size; i++) result[i] = i;
  return result;
}
