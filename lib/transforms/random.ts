// The random numbers of one sample: SplitMix32, which costs nothing to seed, so that every sample has numbers of its own and
// it makes no difference which thread transforms it, or in which batch it is.

const GOLDEN = 0x9e3779b9;

/** Mixes 32 bits (the finaliser of MurmurHash3, https://github.com/aappleby/smhasher). */
function mix(bits: number): number {
  let h = bits | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The seed of step `step` for the sample with this seed. */
export function seedOfStep(seed: number, step: number): number {
  return mix(mix(seed + GOLDEN) + Math.imul(step + 1, GOLDEN));
}

/** SplitMix32 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014, with 32 bits). */
export class Random {
  #state: number;

  /** @param seed whole number; its lower 32 bits count */
  constructor(seed: number) {
    this.#state = mix(seed) | 0;
  }

  /** Uniform in [0, 1), a multiple of 2⁻³². */
  unit(): number {
    this.#state = (this.#state + GOLDEN) | 0;
    return mix(this.#state) / 2 ** 32;
  }

  /** Uniform in [least, most). */
  uniform(least: number, most: number): number {
    return least + (most - least) * this.unit();
  }

  /** A whole number, uniform in [0, size) for any size that an image has. */
  below(size: number): number {
    return Math.floor(this.unit() * size);
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
}
