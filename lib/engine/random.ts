// The library's random numbers: repeatable from a seed on every machine and in every version of Node. One way to mix seeds,
// two generators (a long one for orders and resampling, one that costs nothing to seed for single samples), and the
// distributions over either. Used by data, transforms, models, metrics, testing and the compiled step's draws.
import { randomInt } from "node:crypto";
import { invalid } from "./invalid.js";

/** Seeds are whole numbers in [0, 2³²). */
export const SEEDS = 2 ** 32;
const GOLDEN = 0x9e3779b9;

/** Mixes 32 bits so that neighbours share nothing (the finaliser of MurmurHash3, https://github.com/aappleby/smhasher). */
export function mix(bits: number): number {
  let h = bits | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** One seed out of several whole numbers, whose order matters: an epoch's from the loader's, a sample's from the epoch's. */
export function mixSeeds(...parts: readonly number[]): number {
  return parts.reduce((seed, part) => mix(Math.imul(seed, 0x9e3779b1) + mix((part | 0) + GOLDEN)), 0);
}

/** @throws unless `seed` is a whole number in [0, 2³²). */
export function checkSeed(seed: unknown): asserts seed is number {
  if (typeof seed === "number" && Number.isInteger(seed) && seed >= 0 && seed < SEEDS) return;
  throw invalid("seed", "a whole number in [0, 2³²)", seed);
}

/** @returns `seed`, or a new one from the system's random numbers when it is undefined; @throws unless in [0, 2³²). */
export function seedOrRandom(seed: number | undefined): number {
  if (seed === undefined) return randomInt(SEEDS);
  checkSeed(seed);
  return seed;
}

/** Distributions over a generator of 32 random bits. */
export abstract class Random {
  /** The next whole number, uniform in [0, 2³²). */
  abstract next(): number;

  /** Uniform in [0, 1), a multiple of 2⁻³². */
  unit(): number {
    return this.next() / SEEDS;
  }

  /** Uniform in [least, most). */
  uniform(least: number, most: number): number {
    return least + (most - least) * this.unit();
  }

  /** A whole number, uniform in [0, size), without bias (rejection); size at most 2³². */
  below(size: number): number {
    const limit = SEEDS - (SEEDS % size);
    let value = this.next();
    while (value >= limit) value = this.next();
    return value % size;
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Standard normal (Box and Muller, 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** Gamma with scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000); shape above 0. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.unit()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.unit()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Beta in [0, 1]; a and b above 0. */
  beta(a: number, b: number): number {
    const x = this.gamma(a);
    const sum = x + this.gamma(b);
    // Both vanish for tiny a and b, where nearly all of the distribution is at its ends.
    return sum > 0 ? x / sum : Number(this.chance(a / (a + b)));
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

/**
 * For orders, splits and resampling: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2021; https://prng.di.unimi.it/xoshiro128starstar.c). Its four words of state are SplitMix32's first outputs.
 */
export class Xoshiro128 extends Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed whole number in [0, 2³²) */
  constructor(seed: number) {
    super();
    const state = [1, 2, 3, 4].map((i) => mix(seed + Math.imul(i, GOLDEN)) | 0);
    [this.#a, this.#b, this.#c, this.#d] = [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0, state[3] ?? 0];
  }

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
}

/**
 * For one sample's few draws: SplitMix32 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, with
 * 32 bits), which costs nothing to seed, so that it makes no difference which thread transforms a sample, or in which batch.
 */
export class SplitMix32 extends Random {
  #state: number;

  /** @param seed whole number; its lower 32 bits count */
  constructor(seed: number) {
    super();
    this.#state = mix(seed) | 0;
  }

  next(): number {
    this.#state = (this.#state + GOLDEN) | 0;
    return mix(this.#state);
  }
}

/** 0 … size-1. */
export function countUp(size: number): Uint32Array {
  const result = new Uint32Array(size);
  for (let i = 0; i < size; i++) result[i] = i;
  return result;
}
