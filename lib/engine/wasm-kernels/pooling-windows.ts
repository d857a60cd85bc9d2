// The windows of two- and three-dimensional pools, as one three-dimensional walk over the heap. Used by the kernels for
// pools and their gradients, which differ only in what they do with a window.
import * as tf from "@tensorflow/tfjs";

/** Attributes that all pooling kernels share. */
export interface PoolingAttributes {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** One window, cut to the input: it starts at `start` and has `depth` × `height` × `width` pixels. */
export interface PoolingWindow {
  /** Index of the first channel of the first pixel in the input. */
  start: number;
  /** Index of the first channel of the output pixel. */
  output: number;
  depth: number;
  height: number;
  width: number;
}

/** The sizes of a pool; a two-dimensional one has depth 1. */
export interface PoolingGeometry {
  readonly outShape: readonly number[];
  readonly channels: number;
  /** Distance of neighbouring planes and rows in the input. */
  readonly planeStride: number;
  readonly rowStride: number;
  /** Visits every window in the order of the output; the window object is one and the same. */
  forEach(visit: (window: Readonly<PoolingWindow>) => void): void;
}

interface Axis {
  readonly input: number;
  readonly output: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** Works out the windows over an input of shape [batch, height, width, channels] or [batch, depth, …]. */
export function poolingGeometry(shape: readonly number[], attrs: PoolingAttributes): PoolingGeometry {
  const { outShape, batch, channels, axes } = shape.length === 5 ? describe3d(shape, attrs) : describe2d(shape, attrs);
  const [d, h, w] = axes;
  const rowStride = w.input * channels;
  const planeStride = h.input * rowStride;
  return {
    outShape,
    channels,
    planeStride,
    rowStride,
    forEach(visit) {
      const window: PoolingWindow = { start: 0, output: 0, depth: 0, height: 0, width: 0 };
      for (let n = 0; n < batch; n++) {
        for (let od = 0; od < d.output; od++) {
          const d0 = first(d, od);
          window.depth = last(d, od) - d0;
          for (let oh = 0; oh < h.output; oh++) {
            const h0 = first(h, oh);
            window.height = last(h, oh) - h0;
            for (let ow = 0; ow < w.output; ow++) {
              const w0 = first(w, ow);
              window.width = last(w, ow) - w0;
              window.start = (n * d.input + d0) * planeStride + h0 * rowStride + w0 * channels;
              visit(window);
              window.output += channels;
            }
          }
        }
      }
    },
  };
}

function first({ stride, padding }: Axis, output: number): number {
  return Math.max(0, output * stride - padding);
}

function last({ input, size, stride, padding }: Axis, output: number): number {
  return Math.min(input, output * stride - padding + size);
}

interface Description {
  readonly outShape: readonly number[];
  readonly batch: number;
  readonly channels: number;
  readonly axes: readonly [Axis, Axis, Axis];
}

function describe2d(shape: readonly number[], attrs: PoolingAttributes): Description {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize as number,
    strides as number,
    1,
    pad,
    dimRoundingMode,
  );
  return {
    outShape: info.outShape,
    batch: info.batchSize,
    channels: info.inChannels,
    axes: [
      { input: 1, output: 1, size: 1, stride: 1, padding: 0 },
      {
        input: info.inHeight,
        output: info.outHeight,
        size: info.filterHeight,
        stride: info.strideHeight,
        padding: info.padInfo.top,
      },
      {
        input: info.inWidth,
        output: info.outWidth,
        size: info.filterWidth,
        stride: info.strideWidth,
        padding: info.padInfo.left,
      },
    ],
  };
}

function describe3d(shape: readonly number[], attrs: PoolingAttributes): Description {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize as number,
    strides as number,
    1,
    pad,
    dimRoundingMode,
  );
  return {
    outShape: info.outShape,
    batch: info.batchSize,
    channels: info.inChannels,
    axes: [
      {
        input: info.inDepth,
        output: info.outDepth,
        size: info.filterDepth,
        stride: info.strideDepth,
        padding: info.padInfo.front,
      },
      {
        input: info.inHeight,
        output: info.outHeight,
        size: info.filterHeight,
        stride: info.strideHeight,
        padding: info.padInfo.top,
      },
      {
        input: info.inWidth,
        output: info.outWidth,
        size: info.filterWidth,
        stride: info.strideWidth,
        padding: info.padInfo.left,
      },
    ],
  };
}
