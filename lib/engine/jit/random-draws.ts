// Finds out, while a step is recorded, which tensors were drawn at random and from which distribution, so that every later step
// can draw its own: tfjs seeds each draw from Math.random(), and the seed gives the draw's place and scale. Used by recording.ts.
import * as tf from "@tensorflow/tfjs";
import type { Distribution, StepRandom } from "./random-source.js";

/** A float32 tensor whose elements are `offset + scale · z`, with z from the standard form of the distribution. */
export interface RandomTensor {
  readonly distribution: Distribution;
  readonly offset: number;
  readonly scale: number;
  /** Which of its step's draws this is, from 0. */
  readonly stream: number;
}

const standard: Readonly<Record<Distribution, (count: number, seed: number) => tf.Tensor>> = {
  uniform: (count, seed) => tf.randomUniform([count], 0, 1, "float32", seed),
  normal: (count, seed) => tf.randomNormal([count], 0, 1, "float32", seed),
  truncatedNormal: (count, seed) => tf.truncatedNormal([count], 0, 1, "float32", seed),
};

/** The name of the tfjs op (an op opens a scope of its name) → its distribution. */
const distributionOfScope: Readonly<Record<string, Distribution>> = {
  randomUniform__op: "uniform",
  randomNormal__op: "normal",
  truncatedNormal__op: "truncatedNormal",
};

/** Ops that fill a tensor with random numbers, also those whose distribution can't be repeated. */
const randomScopes: ReadonlySet<string> = new Set([...Object.keys(distributionOfScope), "randomGamma__op", "rand__op"]);

interface Pending {
  readonly distribution: Distribution;
  readonly seed: number;
  readonly head: Float32Array;
}

/** Solves head = offset + scale · z for the draw that `seed` started; undefined where the two do not fit. */
function solve({ distribution, seed, head }: Pending): Omit<RandomTensor, "stream"> | undefined {
  const z = tf.tidy(() => standard[distribution](head.length, seed).dataSync());
  // The two elements that are farthest apart give the line with the least rounding.
  const byZ = Array.from(z.keys()).sort((a, b) => (z[a] ?? 0) - (z[b] ?? 0));
  const [first = 0, second = 0] = [byZ[0], byZ.at(-1)];
  const [z0 = 0, z1 = 0, h0 = 0, h1 = 0] = [z[first], z[second], head[first], head[second]];
  const scale = z0 === z1 ? 1 : (h1 - h0) / (z1 - z0);
  const offset = h0 - scale * z0;
  const fits = head.every((h, i) => Math.abs(offset + scale * (z[i] ?? 0) - h) <= 1e-4 * (1 + Math.abs(h)));
  // One element tells nothing about two unknowns, unless it is the standard form's own.
  if (head.length === 1 && Math.abs(h0 - z0) > 1e-6) return undefined;
  // The standard forms come back exact, so that dropout's comparison with its rate is exact too; others as people write them, so that
  // two measurements agree.
  const snap = (value: number): number => {
    const near = [Math.round(value), Number(value.toPrecision(5))];
    return near.find((it) => Math.abs(value - it) < 4e-6 * (1 + Math.abs(value))) ?? value;
  };
  return fits ? { distribution, offset: snap(offset), scale: snap(scale) } : undefined;
}

/** The draws of one run of a function. */
export class RandomDraws {
  readonly tensors = new Map<object, RandomTensor>();
  private seeds: number[] = [];
  private random: () => number = Math.random;

  /** @param source where the numbers come from instead of tfjs's generators, if anywhere */
  constructor(private readonly source?: StepRandom) {}

  /** Watches Math.random until the returned function is called. */
  watch(): () => void {
    const original = Math.random;
    this.random = original;
    Math.random = () => {
      const value = original();
      this.seeds.push(value);
      return value;
    };
    return () => {
      Math.random = original;
    };
  }

  /**
   * Says what a tensor that was just made from `values` is: a random one, "foreign" when Math.random was called for it in a
   * way that can't be repeated, "seeded" when an op drew it from a seed of the caller's, or undefined when no random number was asked for
   * since the last tensor. With a source, `values` are overwritten by its numbers, those that a compiled step draws.
   */
  claim(
    scope: string | undefined,
    values: unknown,
    dtype: tf.DataType,
  ): RandomTensor | "foreign" | "seeded" | undefined {
    const seeds = this.seeds;
    if (seeds.length === 0) return randomScopes.has(scope ?? "") ? "seeded" : undefined;
    this.seeds = [];
    const distribution = distributionOfScope[scope ?? ""];
    const [seed] = seeds;
    if (distribution === undefined || seed === undefined || seeds.length !== 1) return "foreign";
    if (dtype !== "float32" || !(values instanceof Float32Array)) return "foreign";
    if (values.length === 0) return undefined;
    const watching = Math.random;
    Math.random = this.random;
    try {
      const form = solve({ distribution, seed, head: values.slice(0, 16) });
      if (form === undefined) return "foreign";
      const drawn = { ...form, stream: this.source?.next() ?? this.tensors.size };
      this.source?.fill(values, drawn);
      return drawn;
    } finally {
      Math.random = watching;
    }
  }

  /** True when Math.random was called after the last tensor was made. */
  finish(): boolean {
    return this.seeds.length > 0;
  }
}
