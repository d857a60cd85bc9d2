// What slides a window besides conv2d and depthwiseConv2d (convolution-gradients.test.ts), over the grid of strides, paddings, dilations,
// kernel sizes, odd sizes and batches: the gradients of the running backend against finite differences.
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { assertGradients, distinct } from "./finite-differences.js";
import { type Geometry, geometries } from "./window-grid.js";

type Pair = [number, number];
type Triple = [number, number, number];

/** Where an op takes no list of paddings: zeros around its input, and then "valid". */
function padded<T extends tf.Tensor>(x: T, { pad }: Geometry): readonly [T, "same" | "valid"] {
  return typeof pad === "string" ? [x, pad] : [tf.pad(x, [[0, 0], ...pad, [0, 0]]), "valid"];
}

/** The list of paddings as ops on images take it. */
function forImages({ pad }: Geometry): "same" | "valid" {
  return (typeof pad === "string" ? pad : [[0, 0], ...pad, [0, 0]]) as "same" | "valid";
}

/** The length that a transposed convolution gives an axis. */
function transposedLength({ size, stride, kernel, pad }: Geometry, axis: number): number {
  const [n = 1, s = 1, k = 1] = [size[axis], stride[axis], kernel[axis]];
  if (pad === "same") return n * s;
  const [before = 0, after = 0] = pad === "valid" ? [] : (pad[axis] ?? []);
  return (n - 1) * s + k - before - after + (pad === "valid" ? Math.max(0, s - k) : 0);
}

interface Operation {
  readonly rank: number;
  readonly dilations: number;
  readonly run: (geometry: Geometry, x: tf.Tensor, ...filters: tf.Tensor[]) => tf.Tensor;
  /** Shapes of the filters, for inputs with two channels. */
  readonly filters: (kernel: readonly number[]) => number[][];
}

const convolutions: Readonly<Record<string, Operation>> = {
  conv1d: {
    rank: 1,
    dilations: 3,
    filters: (kernel) => [[...kernel, 2, 3]],
    run: (geometry, x, w) => {
      const { stride, dilation, pad } = geometry;
      const pads = typeof pad === "string" ? pad : [[0, 0], [0, 0], ...pad, [0, 0]];
      return tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, stride[0] ?? 1, pads as "same", "NWC", dilation);
    },
  },
  conv3d: {
    rank: 3,
    dilations: 3,
    filters: (kernel) => [[...kernel, 2, 3]],
    run: (geometry, x, w) => {
      const [input, pad] = padded(x, geometry);
      const { stride, dilation } = geometry;
      const dilations: Triple = [dilation, dilation, dilation];
      return tf.conv3d(input as tf.Tensor5D, w as tf.Tensor5D, stride as Triple, pad, "NDHWC", dilations);
    },
  },
  conv2dTranspose: {
    rank: 2,
    dilations: 1,
    filters: (kernel) => [[...kernel, 3, 2]],
    run: (geometry, x, w) => {
      const shape = [geometry.batch, transposedLength(geometry, 0), transposedLength(geometry, 1), 3];
      const pad = forImages(geometry);
      return tf.conv2dTranspose(
        x as tf.Tensor4D,
        w as tf.Tensor4D,
        shape as [number, number, number, number],
        geometry.stride as Pair,
        pad,
      );
    },
  },
  conv3dTranspose: {
    rank: 3,
    dilations: 1,
    filters: (kernel) => [[...kernel, 3, 2]],
    run: (geometry, x, w) => {
      const { pad, stride, batch } = geometry;
      // An explicit padding cuts the result of "valid", and needs no op of its own.
      const plain = { ...geometry, pad: typeof pad === "string" ? pad : ("valid" as const) };
      const shape = [batch, ...[0, 1, 2].map((axis) => transposedLength(plain, axis)), 3];
      const y = tf.conv3dTranspose(
        x as tf.Tensor5D,
        w as tf.Tensor5D,
        shape as [number, number, number, number, number],
        stride as Triple,
        plain.pad,
      );
      if (typeof pad === "string") return y;
      const [starts, sizes] = [pad.map(([before]) => before), pad.map(([a, b], i) => (y.shape[i + 1] ?? 0) - a - b)];
      return tf.slice(y as tf.Tensor, [0, ...starts, 0], [-1, ...sizes, -1]);
    },
  },
  separableConv2d: {
    rank: 2,
    dilations: 3,
    filters: (kernel) => [
      [...kernel, 2, 2],
      [1, 1, 4, 3],
    ],
    run: (geometry, x, depthwise, pointwise) => {
      const [input, pad] = padded(x, geometry);
      const [s = 1] = geometry.stride;
      // TensorFlow's own depthwise convolution takes one stride for both axes.
      const strides = tf.getBackend() === "tensorflow" ? ([s, s] as Pair) : (geometry.stride as Pair);
      return tf.separableConv2d(
        input as tf.Tensor4D,
        depthwise as tf.Tensor4D,
        pointwise as tf.Tensor4D,
        strides,
        pad,
        geometry.dilation,
      );
    },
  },
};

type Pool = (geometry: Geometry, x: tf.Tensor) => tf.Tensor;

/** A layer that pools one axis; tfjs has no op for it. */
const pool1d =
  (make: (options: Parameters<typeof tf.layers.maxPooling1d>[0]) => tf.layers.Layer): Pool =>
  ({ kernel, stride, pad }, x) =>
    make({ poolSize: kernel[0] ?? 1, strides: stride[0] ?? 1, padding: pad as "same" }).apply(x) as tf.Tensor;

const pool2d =
  (run: typeof tf.maxPool): Pool =>
  (geometry, x) =>
    run(x as tf.Tensor4D, geometry.kernel as Pair, geometry.stride as Pair, forImages(geometry));

const pool3d =
  (run: typeof tf.maxPool3d): Pool =>
  ({ kernel, stride, pad }, x) =>
    run(x as tf.Tensor5D, kernel as Triple, stride as Triple, pad as "same");

const pools: Readonly<Record<string, readonly [rank: number, Pool]>> = {
  maxPool1d: [1, pool1d((options) => tf.layers.maxPooling1d(options))],
  avgPool1d: [1, pool1d((options) => tf.layers.averagePooling1d(options))],
  maxPool: [2, pool2d(tf.maxPool)],
  avgPool: [2, pool2d(tf.avgPool)],
  maxPool3d: [3, pool3d(tf.maxPool3d)],
  avgPool3d: [3, pool3d(tf.avgPool3d)],
};

describe("gradients of convolutions in one and three dimensions, transposed and separable", () => {
  before(() => ready());
  for (const [operation, { rank, dilations, run, filters }] of Object.entries(convolutions))
    for (const geometry of geometries(rank, dilations))
      it(`${operation} ${geometry.name}`, () => {
        // TensorFlow's CPU kernel for conv3d knows no dilation.
        if (operation === "conv3d" && geometry.dilation > 1 && tf.getBackend() === "tensorflow") return;
        const { batch, size, kernel } = geometry;
        const shapes = [[batch, ...size, 2], ...filters(kernel)];
        tf.tidy(() =>
          assertGradients(
            (x, ...w) => run(geometry, x ?? tf.scalar(0), ...w),
            shapes.map((shape, i) => distinct(shape, i + 1)),
            { directions: 1 },
          ),
        );
      });
});

describe("gradients of pools", () => {
  before(() => ready());
  for (const [name, [rank, run]] of Object.entries(pools))
    for (const [i, geometry] of [...geometries(rank, 1)].entries()) {
      // Only images take a list of paddings.
      if (typeof geometry.pad !== "string" && rank !== 2) continue;
      const shift = i % 3 === 0 ? -3 : 0;
      it(`${name} ${geometry.name}, inputs about ${shift}`, () => {
        // TensorFlow.js's native pools of images refuse a list of paddings.
        if (typeof geometry.pad !== "string" && tf.getBackend() === "tensorflow") return;
        const x = tf.tidy(() => tf.add(distinct([geometry.batch, ...geometry.size, 2], 3), shift));
        // Small, so that maxima stay where they are; means are linear.
        const step = name.startsWith("max") ? 1e-3 : 1e-2;
        tf.tidy(() => assertGradients((given) => run(geometry, given ?? x), [x], { directions: 1, step }));
        x.dispose();
      });
    }

  const globals: Readonly<Record<string, () => tf.layers.Layer>> = {
    globalMaxPooling1d: () => tf.layers.globalMaxPooling1d({}),
    globalAveragePooling1d: () => tf.layers.globalAveragePooling1d({}),
    globalMaxPooling2d: () => tf.layers.globalMaxPooling2d({}),
    globalAveragePooling2d: () => tf.layers.globalAveragePooling2d({}),
  };
  for (const [name, make] of Object.entries(globals))
    for (const shift of [0, -3])
      for (const batch of [1, 3])
        it(`${name}, batch ${batch}, inputs about ${shift}`, () => {
          const shape = name.endsWith("1d") ? [batch, 7, 3] : [batch, 5, 7, 3];
          tf.tidy(() =>
            assertGradients((x) => make().apply(x ?? []) as tf.Tensor, [tf.add(distinct(shape, 5), shift)], {
              step: 1e-3,
            }),
          );
        });
});
