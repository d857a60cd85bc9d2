// Lowerings of image resizing. Both interpolations are linear along each axis, so they are products with small constant matrices, and
// their gradients the products with the transposed ones.
import { type Emitter, identity, type Lowered, type Lowering } from "../emitter.js";
import type { Value } from "../graph.js";
import type { KernelCall } from "../recording.js";
import { flagOf, outputOf } from "./call.js";

interface Sampling {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

type Weights = (from: number, to: number, sampling: Sampling) => Float32Array;

function scale(from: number, to: number, { alignCorners }: Sampling): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

/** [to, from]: row i says what output i takes from each input. */
const bilinear: Weights = (from, to, sampling) => {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const step = scale(from, to, sampling);
    const source = sampling.halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i;
    const low = Math.max(0, Math.floor(source));
    const high = Math.min(from - 1, Math.ceil(source));
    const share = source - low;
    const at = (j: number): number => i * from + j;
    matrix[at(low)] = (matrix[at(low)] ?? 0) + (1 - share);
    matrix[at(high)] = (matrix[at(high)] ?? 0) + share;
  }
  return matrix;
};

const nearest: Weights = (from, to, sampling) => {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const step = scale(from, to, sampling);
    const source = sampling.halfPixelCenters ? step * (i + 0.5) : step * i;
    const j = Math.min(from - 1, sampling.alignCorners ? Math.round(source) : Math.floor(source));
    matrix[i * from + Math.max(0, j)] = 1;
  }
  return matrix;
};

/** Stored NCHW: rows · x · columns, with rows [to, from] and columns [from, to]. */
function resample(emit: Emitter, x: Lowered, rows: Value, columns: Value, shape: readonly number[]): Lowered {
  const order = [0, 3, 1, 2];
  const value = emit.full(x, order);
  const [batch = 1, channels = 1, height = 1] = value.shape;
  const [, outHeight = 1, outWidth = 1] = shape;
  const wide = emit.graph.node("MatMul", [value, columns], [batch, channels, height, outWidth]);
  const tall = emit.graph.node("MatMul", [rows, wide], [batch, channels, outHeight, outWidth]);
  return { value: tall, shape, order };
}

function matrices(
  call: KernelCall,
  emit: Emitter,
  weights: Weights,
  small: readonly number[],
  large: readonly number[],
): readonly [Value, Value] {
  const sampling = { alignCorners: flagOf(call, "alignCorners"), halfPixelCenters: flagOf(call, "halfPixelCenters") };
  const matrix = (axis: number): Value => {
    const [from, to] = [small[axis] ?? 1, large[axis] ?? 1];
    return emit.graph.constant(weights(from, to, sampling), [to, from], "float32");
  };
  return [matrix(1), matrix(2)];
}

function flipped(emit: Emitter, matrix: Value): Value {
  return emit.transpose(matrix, identity(2).reverse());
}

const forward =
  (weights: Weights): Lowering =>
  (call, emit) => {
    const images = emit.typed(emit.input(call, "images"), "float32");
    const shape = outputOf(call).shape;
    const [rows, columns] = matrices(call, emit, weights, images.shape, shape);
    return resample(emit, images, rows, flipped(emit, columns), shape);
  };

const backward =
  (weights: Weights): Lowering =>
  (call, emit) => {
    const dy = emit.input(call, "dy");
    const shape = outputOf(call).shape;
    const [rows, columns] = matrices(call, emit, weights, shape, dy.shape);
    return resample(emit, dy, flipped(emit, rows), columns, shape);
  };

export const resizes: Readonly<Record<string, Lowering>> = {
  ResizeBilinear: forward(bilinear),
  ResizeBilinearGrad: backward(bilinear),
  ResizeNearestNeighbor: forward(nearest),
  ResizeNearestNeighborGrad: backward(nearest),
};
