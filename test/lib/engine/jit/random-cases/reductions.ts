// Cases of kernels that bring elements together: reductions, products of matrices, normalisation, softmax, resizing.
import * as tf from "@tensorflow/tfjs";
import type { Dice, RandomCase, RandomCases } from "./dice.js";

type Reduce = (x: tf.Tensor, axis?: number[], keepDims?: boolean) => tf.Tensor;

const over =
  (f: Reduce, more: Partial<RandomCase> = {}, kind: "floats" | "booleans" = "floats") =>
  (dice: Dice): RandomCase => {
    const shape = dice.shape(1, 4);
    const [axes, keep] = [dice.coin ? dice.axes(shape.length) : undefined, dice.coin];
    return { f: (x) => f(x, axes, keep), inputs: [dice[kind](shape)], ...more };
  };

const along =
  (f: (x: tf.Tensor, axis: number) => tf.Tensor) =>
  (dice: Dice): RandomCase => {
    const shape = dice.shape(1, 4);
    const axis = dice.whole(0, shape.length - 1);
    return { f: (x) => f(x, dice.coin ? axis : axis - shape.length), inputs: [dice.floats(shape)], gradients: [] };
  };

/** Matrices or stacks of them. */
function factors(dice: Dice, batch: readonly number[]) {
  const [transposeA, transposeB] = [dice.coin, dice.coin];
  const [rows, inner, columns] = [dice.whole(1, 5), dice.whole(1, 5), dice.whole(1, 5)];
  const a = [...batch, ...(transposeA ? [inner, rows] : [rows, inner])];
  const b = [...batch, ...(transposeB ? [columns, inner] : [inner, columns])];
  return { transposeA, transposeB, columns, inputs: [dice.floats(a), dice.floats(b)] };
}

type Resize = (
  images: tf.Tensor4D,
  size: [number, number],
  alignCorners: boolean,
  halfPixelCenters: boolean,
) => tf.Tensor4D;

const resized =
  (f: Resize) =>
  (dice: Dice): RandomCase => {
    const size: [number, number] = [dice.whole(1, 9), dice.whole(1, 9)];
    const alignCorners = dice.coin;
    // tfjs has no gradient of half-pixel centres.
    return {
      f: (x) => f(x as tf.Tensor4D, size, alignCorners, false),
      inputs: [dice.floats([dice.whole(1, 2), dice.whole(1, 6), dice.whole(1, 6), dice.whole(1, 3)])],
    };
  };

export const reductions: RandomCases = {
  All: over(tf.all, { gradients: [] }, "booleans"),
  Any: over(tf.any, { gradients: [] }, "booleans"),
  ArgMax: along(tf.argMax),
  ArgMin: along(tf.argMin),
  BatchMatMul: (dice) => {
    const { transposeA, transposeB, inputs } = factors(dice, dice.shape(0, 2, 3));
    return { f: (a, b) => tf.matMul(a as tf.Tensor, b as tf.Tensor, transposeA, transposeB), inputs };
  },
  Einsum: (dice) => {
    const labels = [..."abcde"] as [string, ...string[]];
    const lengths = labels.map(() => dice.whole(1, 4));
    const some = (list: readonly string[], most: number): string[] =>
      dice
        .order(list.length)
        .slice(0, dice.whole(0, Math.min(most, list.length)))
        .map((i) => list[i] ?? "");
    const terms = Array.from({ length: dice.whole(0, 3) === 0 ? 1 : 2 }, () => some(labels, 4));
    const output = some([...new Set(terms.flat())], 5);
    const equation = `${terms.map((term) => term.join("")).join(",")}->${output.join("")}`;
    return {
      f: (...tensors) => tf.einsum(equation, ...tensors) as tf.Tensor,
      inputs: terms.map((term) => dice.floats(term.map((label) => lengths[labels.indexOf(label)] ?? 1))),
    };
  },
  CropAndResize: (dice) => {
    const [batch, count] = [dice.whole(1, 3), dice.whole(1, 4)];
    const isSame = dice.coin;
    const box = (): number[] =>
      [dice.floats([1], -0.1, 0.6), dice.floats([1], -0.1, 0.6)].flatMap((t) => [...t.dataSync()]);
    const corner = box();
    const rows = Array.from({ length: count }, () => {
      const [top = 0, left = 0] = isSame ? corner : box();
      return [top, left, top + 0.45, left + 0.35];
    });
    // Boxes are numbers of the function, not its inputs.
    const owners = Array.from({ length: count }, (_, i) => (isSame ? i % batch : dice.whole(0, batch - 1)));
    const size: [number, number] = [dice.whole(1, 6), dice.whole(1, 6)];
    const method = dice.pick(["bilinear", "nearest"] as const);
    return {
      f: (x) =>
        tf.image.cropAndResize(
          x as tf.Tensor4D,
          tf.tensor2d(rows, [count, 4]),
          tf.tensor1d(owners, "int32"),
          size,
          method,
        ),
      inputs: [dice.floats([batch, dice.whole(2, 7), dice.whole(2, 7), dice.whole(1, 3)])],
      gradients: [],
    };
  },
  Cumsum: (dice) => {
    const shape = dice.shape(1, 4);
    const [exclusive, reverse] = [dice.coin, dice.coin];
    const axis = dice.whole(0, shape.length - 1);
    return { f: (x) => tf.cumsum(x as tf.Tensor, axis, exclusive, reverse), inputs: [dice.floats(shape)] };
  },
  FusedBatchNorm: (dice) => {
    const shape = dice.coin ? dice.shape(4, 4, 4) : dice.shape(2, 2, 5);
    const channels = shape.at(-1) ?? 1;
    const vector = (least = -2): tf.Tensor => dice.floats([channels], least, 2);
    return {
      f: (x, mean, variance, offset, scale) =>
        tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          0.01,
        ),
      inputs: [dice.floats(shape), vector(), vector(0.2), vector(), vector()],
    };
  },
  Max: over(tf.max),
  Mean: over(tf.mean),
  Min: over(tf.min),
  // The gradient of a product needs running products, which ONNX has not: such a step runs eagerly.
  Prod: over(tf.prod, { gradients: [] }),
  ResizeBilinear: resized(tf.image.resizeBilinear as Resize),
  ResizeBilinearGrad: resized(tf.image.resizeBilinear as Resize),
  ResizeNearestNeighbor: resized(tf.image.resizeNearestNeighbor as Resize),
  ResizeNearestNeighborGrad: resized(tf.image.resizeNearestNeighbor as Resize),
  Softmax: (dice) => ({ f: (x) => tf.softmax(x as tf.Tensor), inputs: [dice.floats(dice.shape(1, 4))] }),
  Sum: over(tf.sum),
  _FusedMatMul: (dice) => {
    const { transposeA, transposeB, columns, inputs } = factors(dice, []);
    const activation = dice.pick(["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu"] as const);
    return {
      f: (a, b, bias) =>
        tf.fused.matMul({
          a: a as tf.Tensor2D,
          b: b as tf.Tensor2D,
          transposeA,
          transposeB,
          activation,
          leakyreluAlpha: 0.15,
          ...(bias === undefined ? {} : { bias }),
        }),
      inputs: [...inputs, ...(dice.coin ? [dice.floats([columns])] : [])],
      gradients: [],
    };
  },
};
