// The gradient of a convolution with respect to its input, as ordinary XNNPACK convolutions: one for each phase of the
// stride, so that no multiplication is spent on zeros between the gradient's pixels. Used for full and depthwise ones.
// The phases are those of the sub-pixel view of a transposed convolution (Shi et al. 2016, arXiv:1609.07009).
import type { TensorInfo } from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { ConvolutionAxis, ConvolutionGeometry } from "./convolution-geometry.js";
import { floats, release, runKernel, shape4d } from "./kernel.js";

/** What one phase of one axis computes: the inputs `first, first + stride, …` from a window on the gradient. */
interface Phase {
  readonly first: number;
  readonly count: number;
  /** Filter taps of the phase, in the order in which the convolution meets the gradient's pixels. */
  readonly taps: readonly number[];
  readonly step: number;
  /** Zeros before and after the gradient; negative numbers cut pixels off. */
  readonly before: number;
  readonly after: number;
}

/**
 * @param dy the gradient [batch, outHeight, outWidth, outChannels]
 * @param filter [filterHeight, filterWidth, …]: what `kernel` takes as filter when it runs over `dy`
 * @param channels the number of channels that `kernel` gives
 * @returns the input's gradient [batch, inHeight, inWidth, channels]
 */
export function transposedConvolution(
  backend: BackendWasm,
  kernel: "Conv2D" | "DepthwiseConv2dNative",
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: ConvolutionGeometry,
  channels: number,
): TensorInfo {
  const { height, width } = geometry;
  const batch = shape4d(dy.shape)[0];
  const rows = phases(height);
  const columns = phases(width);
  const whole = height.stride === 1 && width.stride === 1;
  const dx = whole ? undefined : backend.makeOutput([batch, height.input, width.input, channels], "float32");
  if (dx !== undefined) floats(backend, dx).fill(0);
  for (const row of rows) {
    for (const column of columns) {
      if (row.taps.length === 0 || column.taps.length === 0 || row.count === 0 || column.count === 0) continue;
      const part = convolvePhase(backend, kernel, dy, filter, row, column);
      if (dx === undefined) return part;
      interleave(backend, part, dx, row, column, geometry);
      release(backend, part);
    }
  }
  return dx ?? backend.makeOutput([batch, height.input, width.input, channels], "float32");
}

function phases(axis: ConvolutionAxis): readonly Phase[] {
  const { input, output, taps, stride, dilation, padding } = axis;
  const result: Phase[] = [];
  for (let remainder = 0; remainder < stride; remainder++) {
    // Inputs i with (i + padding) ≡ remainder meet the taps k with k · dilation ≡ remainder (mod stride).
    const first = (((remainder - padding) % stride) + stride) % stride;
    const count = first < input ? Math.floor((input - 1 - first) / stride) + 1 : 0;
    const own: number[] = [];
    for (let k = taps - 1; k >= 0; k--) if ((k * dilation) % stride === remainder) own.push(k);
    // Of one phase, successive taps lie `step` gradient pixels apart; the last tap in this order is the smallest.
    const [k0, k1] = own;
    const step = k0 !== undefined && k1 !== undefined ? ((k0 - k1) * dilation) / stride : 1;
    // The first input meets its first tap at gradient pixel (first + padding − k0 · dilation) / stride.
    const start = k0 === undefined ? 0 : (first + padding - k0 * dilation) / stride;
    const end = start + (count - 1) + step * (own.length - 1);
    result.push({ first, count, taps: own, step, before: -start, after: end - (output - 1) });
  }
  return result;
}

function convolvePhase(
  backend: BackendWasm,
  kernel: string,
  dy: TensorInfo,
  filter: TensorInfo,
  row: Phase,
  column: Phase,
): TensorInfo {
  const [filterHeight, filterWidth, a, b] = shape4d(filter.shape);
  const block = a * b;
  const own = backend.makeOutput([row.taps.length, column.taps.length, a, b], "float32");
  const to = floats(backend, own);
  const from = floats(backend, filter);
  let at = 0;
  for (const kh of row.taps) {
    for (const kw of column.taps) {
      const begin = (kh * filterWidth + kw) * block;
      to.set(from.subarray(begin, begin + block), at);
      at += block;
    }
  }
  if (filterHeight * filterWidth * block !== from.length) throw new Error("invalid filter; its shape is not its size");
  const window = crop(backend, dy, row, column);
  const result = runKernel(
    backend,
    kernel,
    { x: window, filter: own },
    {
      strides: [1, 1],
      pad: [
        [0, 0],
        [Math.max(0, row.before), Math.max(0, row.after)],
        [Math.max(0, column.before), Math.max(0, column.after)],
        [0, 0],
      ],
      dataFormat: "NHWC",
      dilations: [row.step, column.step],
    },
  );
  release(backend, own);
  if (window !== dy) release(backend, window);
  return result;
}

function crop(backend: BackendWasm, dy: TensorInfo, row: Phase, column: Phase): TensorInfo {
  const cut = [row.before, row.after, column.before, column.after].map((n) => Math.max(0, -n));
  const [top = 0, bottom = 0, left = 0, right = 0] = cut;
  if (top + bottom + left + right === 0) return dy;
  const [batch, height, width, channels] = shape4d(dy.shape);
  return runKernel(
    backend,
    "Slice",
    { x: dy },
    { begin: [0, top, left, 0], size: [batch, height - top - bottom, width - left - right, channels] },
  );
}

function interleave(
  backend: BackendWasm,
  part: TensorInfo,
  dx: TensorInfo,
  row: Phase,
  column: Phase,
  geometry: ConvolutionGeometry,
): void {
  const [batch, rows, columns, channels] = shape4d(part.shape);
  const { height, width } = geometry;
  const from = floats(backend, part);
  const to = floats(backend, dx);
  const stride = width.stride * channels;
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (let r = 0; r < rows; r++) {
      let target = ((n * height.input + row.first + r * height.stride) * width.input + column.first) * channels;
      for (let c = 0; c < columns; c++, target += stride) {
        for (let i = 0; i < channels; i++) to[target + i] = from[at++] as number;
      }
    }
  }
}
