// Cases of kernels that move elements, look them up, put them in place, or make them.
import * as tf from "@tensorflow/tfjs";
import type { Dice, RandomCase, RandomCases } from "./dice.js";

const moved =
  (
    move: (x: tf.Tensor, dice: Dice, shape: readonly number[]) => (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
    least = 1,
  ) =>
  (dice: Dice): RandomCase => {
    const shape = dice.shape(least, 4);
    const x = dice.floats(shape);
    return { f: move(x, dice, shape) as RandomCase["f"], inputs: [x] };
  };

const amounts = (dice: Dice, shape: readonly number[], most: (length: number) => number): [number, number][] =>
  shape.map((length) => [dice.whole(0, most(length)), dice.whole(0, most(length))]);

/** Pieces of random lengths that make up `length`. */
function pieces(dice: Dice, length: number): number[] {
  const found: number[] = [];
  for (let rest = length; rest > 0; rest -= found.at(-1) ?? 1) found.push(dice.whole(1, rest));
  return found;
}

export const moves: RandomCases = {
  BatchToSpaceND: (dice) => {
    const block = [dice.whole(1, 3), dice.whole(1, 2)];
    const size = [dice.whole(2, 4), dice.whole(2, 4)];
    const crops = amounts(dice, size, () => 1);
    const batch = dice.whole(1, 2) * (block[0] ?? 1) * (block[1] ?? 1);
    return { f: (x) => tf.batchToSpaceND(x as tf.Tensor, block, crops), inputs: [dice.floats([batch, ...size, 2])] };
  },
  Concat: (dice) => {
    const shape = dice.shape(1, 4);
    const axis = dice.whole(0, shape.length - 1);
    const part = (): tf.Tensor => dice.floats(shape.with(axis, dice.whole(1, 4)));
    const inputs = Array.from({ length: dice.whole(2, 4) }, part);
    return { f: (...all) => tf.concat(all, axis), inputs };
  },
  DenseBincount: (dice) => {
    const [shape, size, isBinary] = [dice.shape(1, 2), dice.whole(1, 6), dice.coin];
    const weights = isBinary || dice.coin ? tf.tensor1d([]) : dice.floats(shape);
    return {
      f: (x) => tf.denseBincount(x as tf.Tensor2D, weights as tf.Tensor2D, size, isBinary),
      inputs: [dice.integers(shape, size)],
    };
  },
  ExpandDims: moved((_, dice, shape) => {
    const axis = dice.whole(0, shape.length);
    return (x) => tf.mul(tf.expandDims(x, axis), 2);
  }),
  Fill: (dice) => {
    const shape = dice.shape();
    return { f: (x) => tf.mul(x as tf.Tensor, tf.fill(shape, 1.5)), inputs: [dice.floats(shape)] };
  },
  GatherNd: (dice) => {
    const shape = dice.shape(2, 4);
    const depth = dice.whole(1, shape.length);
    const columns = shape.slice(0, depth).map((length) => dice.integers([4], length));
    const indices = tf.stack(columns, 1);
    return {
      f: (x, i) => tf.gatherND(x as tf.Tensor, i as tf.Tensor),
      inputs: [dice.floats(shape), indices],
      gradients: [],
    };
  },
  GatherV2: (dice) => {
    const shape = dice.shape(1, 3);
    const axis = dice.whole(0, shape.length - 1);
    const indices = dice.integers(dice.shape(1, 2, 4), shape[axis] ?? 1);
    return { f: (x, i) => tf.gather(x as tf.Tensor, i as tf.Tensor1D, axis), inputs: [dice.floats(shape), indices] };
  },
  LinSpace: (dice) => {
    const count = dice.whole(1, 6);
    return { f: (x) => tf.mul(x as tf.Tensor, tf.linspace(-1, 2, count)), inputs: [dice.floats([3, count])] };
  },
  MirrorPad: moved((_, dice, shape) => {
    const padding = amounts(dice, shape, (length) => length - 1);
    return (x) => tf.mirrorPad(x, padding, "reflect");
  }),
  OneHot: (dice) => {
    const depth = dice.whole(2, 6);
    const [on, off] = dice.coin ? [1, 0] : [0.9, 0.1];
    return { f: (i) => tf.oneHot(i as tf.Tensor, depth, on, off), inputs: [dice.integers(dice.shape(1, 3), depth)] };
  },
  OnesLike: moved(() => (x) => tf.mul(tf.onesLike(x), tf.mean(x)), 0),
  Pack: (dice) => {
    const shape = dice.shape(0, 3);
    const axis = dice.whole(0, shape.length);
    const inputs = Array.from({ length: dice.whole(2, 4) }, () => dice.floats(shape));
    return { f: (...all) => tf.stack(all, axis), inputs };
  },
  PadV2: moved((_, dice, shape) => {
    const padding = amounts(dice, shape, () => 2);
    return (x) => tf.pad(x, padding, dice.pick([0, 0.5]));
  }),
  Range: (dice) => {
    const count = dice.whole(1, 6);
    return { f: (x) => tf.mul(x as tf.Tensor, tf.range(1, 1 + 2 * count, 2)), inputs: [dice.floats([2, count])] };
  },
  Reshape: moved((x, dice) => {
    const shape = pieces(dice, 2).length === 1 ? [x.size] : [1, x.size];
    return (given) => tf.square(tf.reshape(given, shape));
  }),
  Reverse: moved((_, dice, shape) => {
    const axes = dice.axes(shape.length);
    return (x) => tf.reverse(x, axes);
  }),
  ScatterNd: (dice) => {
    const shape = dice.shape(2, 3);
    const depth = dice.whole(1, shape.length);
    const count = dice.whole(1, 5);
    const indices = tf.stack(
      shape.slice(0, depth).map((length) => dice.integers([count], length)),
      1,
    );
    const updates = dice.floats([count, ...shape.slice(depth)]);
    return {
      f: (i, u) => tf.scatterND(i as tf.Tensor, u as tf.Tensor, shape),
      inputs: [indices, updates],
      gradients: [],
    };
  },
  Slice: moved((_, dice, shape) => {
    const begin = shape.map((length) => dice.whole(0, length - 1));
    const size = shape.map((length, axis) => dice.whole(1, length - (begin[axis] ?? 0)));
    return (x) => tf.slice(x, begin, size);
  }),
  SpaceToBatchND: (dice) => {
    const block = [dice.whole(1, 3), dice.whole(1, 2)];
    const [rows, columns] = [dice.whole(1, 3) * (block[0] ?? 1), dice.whole(1, 3) * (block[1] ?? 1)];
    const before = [dice.whole(0, 1), dice.whole(0, 1)];
    const paddings: [number, number][] = block.map((b, i) => [before[i] ?? 0, (b - ((before[i] ?? 0) % b)) % b]);
    const x = dice.floats([dice.whole(1, 2), rows, columns, 2]);
    return { f: (t) => tf.spaceToBatchND(t as tf.Tensor, block, paddings), inputs: [x] };
  },
  SplitV: moved((_, dice, shape) => {
    const axis = dice.whole(0, shape.length - 1);
    const sizes = pieces(dice, shape[axis] ?? 1);
    return (x) => tf.split(x, sizes, axis);
  }),
  StridedSlice: (dice) => {
    const shape = dice.shape(1, 4);
    const steps = shape.map(() => dice.pick([1, 2, 3, -1, -2]));
    const begin = shape.map((length, axis) => ((steps[axis] ?? 1) > 0 ? dice.whole(0, length - 1) : length - 1));
    // To the end of each axis, and beyond: ends are cut to what is there. Backwards, the end mask stands for "all".
    const end = shape.map((length, axis) => ((steps[axis] ?? 1) > 0 ? length + dice.whole(0, 1) : 0));
    const mask = steps.reduce((bits, stride, axis) => (stride < 0 ? bits | (1 << axis) : bits), 0);
    return {
      f: (x) => tf.stridedSlice(x as tf.Tensor, begin, end, steps, 0, mask),
      inputs: [dice.floats(shape)],
      gradients: [],
    };
  },
  Tile: moved((_, dice, shape) => {
    const repetitions = shape.map(() => dice.whole(1, 3));
    return (x) => tf.tile(x, repetitions);
  }),
  TopK: (dice) => {
    const shape = dice.shape(1, 3);
    const k = dice.whole(1, shape.at(-1) ?? 1);
    const f = (x: tf.Tensor | undefined): tf.Tensor[] => {
      const { values, indices } = tf.topk(x as tf.Tensor, k);
      return [values, indices];
    };
    return { f, inputs: [dice.floats(shape)], gradients: [] };
  },
  Transpose: moved((_, dice, shape) => {
    const order = dice.order(shape.length);
    return (x) => tf.transpose(x, order);
  }, 2),
  Unpack: moved((_, dice, shape) => {
    const axis = dice.whole(0, shape.length - 1);
    return (x) => tf.unstack(x, axis);
  }),
  UnsortedSegmentSum: (dice) => {
    const [rows, segments] = [dice.whole(1, 6), dice.whole(1, 4)];
    const ids = dice.integers([rows], segments, -1);
    return {
      f: (x, i) => tf.unsortedSegmentSum(x as tf.Tensor, i as tf.Tensor1D, segments),
      inputs: [dice.floats([rows, ...dice.shape(0, 2)]), ids],
    };
  },
  ZerosLike: moved(() => (x) => tf.add(x, tf.zerosLike(x)), 0),
};
