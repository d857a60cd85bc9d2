// Random shapes, tensors and choices that are the same in each run: what the cases of the lowerings are made of.
import * as tf from "@tensorflow/tfjs";
import { lehmer } from "../against-eager.js";

/** How a kernel is called once: a function in which it runs, on tensors of a shape that nobody chose. */
export interface RandomCase {
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  readonly inputs: readonly tf.Tensor[];
  /** Inputs whose gradients are compared; default: all float inputs. None where tfjs defines no gradient. */
  readonly gradients?: readonly number[];
}

/** The cases of some kernels, by the kernel's name. */
export type RandomCases = Readonly<Record<string, (dice: Dice) => RandomCase>>;

export class Dice {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = lehmer(seed * 9973 + 11);
    // The first numbers of neighbouring seeds are near each other.
    for (let i = 0; i < 5; i++) this.next();
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  get coin(): boolean {
    return this.next() < 0.5;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(this.next() * list.length)] ?? list[0];
  }

  /** Lengths from 1 to `most`, of a rank in the range. */
  shape(leastRank = 0, mostRank = 4, most = 5): number[] {
    return Array.from({ length: this.whole(leastRank, mostRank) }, () => this.whole(1, most));
  }

  /** A permutation of the axes. */
  order(rank: number): number[] {
    return Array.from({ length: rank }, (_, axis) => [this.next(), axis] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, axis]) => axis);
  }

  /** Some of the axes, ascending; at least one where there is one. */
  axes(rank: number): number[] {
    return this.order(rank)
      .slice(0, this.whole(Math.min(1, rank), rank))
      .sort((a, b) => a - b);
  }

  floats(shape: readonly number[], least = -2, most = 2): tf.Tensor {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: size }, () => least + (most - least) * this.next());
    return tf.tensor(values, [...shape]);
  }

  /** Numbers of both signs that keep away from 0. */
  nonzero(shape: readonly number[], least = 0.4, most = 2): tf.Tensor {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from(
      { length: size },
      () => (this.coin ? 1 : -1) * (least + (most - least) * this.next()),
    );
    return tf.tensor(values, [...shape]);
  }

  integers(shape: readonly number[], below: number, least = 0): tf.Tensor {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Int32Array.from({ length: size }, () => this.whole(least, below - 1));
    return tf.tensor(values, [...shape], "int32");
  }

  booleans(shape: readonly number[]): tf.Tensor {
    return tf.cast(this.integers(shape, 2), "bool");
  }

  /** Two shapes of which each may be repeated along some axes to meet the other. */
  broadcastable(): readonly [number[], number[]] {
    const whole = this.shape(0, 4);
    const narrowed = (): number[] =>
      whole.map((length) => (this.whole(0, 3) === 0 ? 1 : length)).slice(this.coin ? 0 : this.whole(0, whole.length));
    return [narrowed(), narrowed()];
  }
}
