// The windows of two- and three-dimensional pools, as one three-dimensional walk over the heap. Used by the kernels for
// pools and their gradients, which differ only in what they do with a window.
import { checkPooled, type Padding, type Rounding, windowAxis } from "../window-axis.js";

/** Attributes that all pooling kernels share. */
export interface PoolingAttributes {
  readonly filterSize: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly pad: Padding;
  readonly dimRoundingMode?: Rounding;
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

/**
 * Works out the windows over an input of shape [batch, height, width, channels] or [batch, depth, …].
 *
 * @param outputs the shape of the pool's output where it is known: tfjs's gradients lose the rounding mode
 */
export function poolingGeometry(
  shape: readonly number[],
  attrs: PoolingAttributes,
  outputs?: readonly number[],
): PoolingGeometry {
  const { outShape, batch, channels, axes } = describe(shape, attrs, outputs);
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

function describe(
  shape: readonly number[],
  attrs: PoolingAttributes,
  outputs: readonly number[] | undefined,
): Description {
  const n = shape.length - 2;
  const spread = (value: number | readonly number[]): readonly number[] =>
    typeof value === "number" ? new Array<number>(n).fill(value) : value;
  const [sizes, strides] = [spread(attrs.filterSize), spread(attrs.strides)];
  const flat: Axis = { input: 1, output: 1, size: 1, stride: 1, padding: 0 };
  // A two-dimensional pool's only plane is its first axis.
  const [d = flat, h = flat, w = flat] = [0, 1, 2].map((position): Axis => {
    const i = position - (3 - n);
    if (i < 0) return flat;
    const [input, size, stride] = [shape[i + 1] ?? 1, sizes[i] ?? 1, strides[i] ?? 1];
    const axis = windowAxis(input, size, stride, attrs.pad, i + 1, attrs.dimRoundingMode);
    checkPooled(axis, input, size, stride);
    return { input, output: outputs?.[i + 1] ?? axis.output, size, stride, padding: axis.before };
  });
  const [batch = 1, channels = 1] = [shape[0], shape.at(-1)];
  const outShape = [batch, ...[d, h, w].slice(3 - n).map(({ output }) => output), channels];
  return { outShape, batch, channels, axes: [d, h, w] };
}
