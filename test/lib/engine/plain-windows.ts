// Convolutions and pools as their definitions say, one sum at a time: what the tests hold the backends' values against. Images have one to
// three spatial axes, channels last.
export type Pad = "same" | "valid" | readonly (readonly [number, number])[];

/** How windows lie: one number for each spatial axis everywhere. */
export interface Windows {
  readonly lengths: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * TensorFlow's rules (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2): "same" gives ⌈in / stride⌉ windows and as many
 * zeros as they need, the larger half behind; a list has a pair for each spatial axis.
 */
export function windowsOf(
  space: readonly number[],
  lengths: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
  pad: Pad,
): Windows {
  const extents = lengths.map((length, i) => (length - 1) * (dilations[i] ?? 1) + 1);
  const stride = (i: number): number => strides[i] ?? 1;
  const amounts = (i: number): readonly [number, number] => (typeof pad === "string" ? [0, 0] : (pad[i] ?? [0, 0]));
  const outputs = space.map((length, i) => {
    if (pad === "same") return Math.ceil(length / stride(i));
    const [before, after] = amounts(i);
    return Math.floor((length + before + after - (extents[i] ?? 1)) / stride(i)) + 1;
  });
  const before = space.map((length, i) => {
    if (pad !== "same") return amounts(i)[0];
    return Math.floor(Math.max(0, ((outputs[i] ?? 1) - 1) * stride(i) + (extents[i] ?? 1) - length) / 2);
  });
  return { lengths, strides, dilations, before, outputs };
}

/** Every position of a box, in the order in which tensors are stored. */
function* positions(lengths: readonly number[]): Generator<number[]> {
  const at = lengths.map(() => 0);
  for (;;) {
    if (lengths.every((length) => length > 0)) yield [...at];
    let axis = lengths.length - 1;
    while (axis >= 0 && (at[axis] ?? 0) + 1 >= (lengths[axis] ?? 0)) at[axis--] = 0;
    if (axis < 0) return;
    at[axis] = (at[axis] ?? 0) + 1;
  }
}

/** Calls `visit` for each window's pixels that lie inside: its number in the output, the tap's, and the pixel's. */
function walk(
  space: readonly number[],
  windows: Windows,
  visit: (output: number, tap: number, pixel: number) => void,
): void {
  let output = 0;
  for (const at of positions(windows.outputs)) {
    let tap = 0;
    for (const offset of positions(windows.lengths)) {
      const pixel = space.reduce((index, length, i) => {
        const start = (at[i] ?? 0) * (windows.strides[i] ?? 1) - (windows.before[i] ?? 0);
        const place = start + (offset[i] ?? 0) * (windows.dilations[i] ?? 1);
        return index < 0 || place < 0 || place >= length ? -1 : index * length + place;
      }, 0);
      if (pixel >= 0) visit(output, tap, pixel);
      tap++;
    }
    output++;
  }
}

const product = (lengths: readonly number[]): number => lengths.reduce((a, b) => a * b, 1);

/**
 * @param x [batch, …space, channels]
 * @param filter […lengths, channels, filters]; depthwise: […lengths, channels, multiplier]
 * @returns [batch, …outputs, filters or channels · multiplier]
 */
export function plainConvolution(
  x: ArrayLike<number>,
  shape: readonly number[],
  filter: ArrayLike<number>,
  filters: number,
  windows: Windows,
  depthwise: boolean,
): Float64Array {
  const [batch = 1, channels = 1, space] = [shape[0], shape.at(-1), shape.slice(1, -1)];
  const width = depthwise ? channels * filters : filters;
  const count = product(windows.outputs);
  const result = new Float64Array(batch * count * width);
  for (let n = 0; n < batch; n++)
    walk(space, windows, (output, tap, pixel) => {
      for (let c = 0; c < channels; c++) {
        const value = x[(n * product(space) + pixel) * channels + c] ?? Number.NaN;
        for (let f = 0; f < filters; f++) {
          const target = (n * count + output) * width + (depthwise ? c * filters + f : f);
          const weight = filter[(tap * channels + c) * filters + f] ?? Number.NaN;
          result[target] = (result[target] ?? 0) + value * weight;
        }
      }
    });
  return result;
}

/** Pools [batch, …space, channels]; a mean is one of the pixels inside. `dy` at ones: how much each pixel has a part in, for gradients. */
export function plainPool(
  kind: "max" | "avg",
  x: ArrayLike<number>,
  shape: readonly number[],
  windows: Windows,
): { readonly values: Float64Array; readonly gradient: Float64Array } {
  const [batch = 1, channels = 1, space] = [shape[0], shape.at(-1), shape.slice(1, -1)];
  const count = product(windows.outputs);
  const values = new Float64Array(batch * count * channels);
  const gradient = new Float64Array(x.length);
  for (let n = 0; n < batch; n++)
    for (let c = 0; c < channels; c++) {
      const members = Array.from({ length: count }, (): number[] => []);
      walk(space, windows, (output, _tap, pixel) => {
        members[output]?.push((n * product(space) + pixel) * channels + c);
      });
      for (const [output, pixels] of members.entries()) {
        const found = pixels.map((pixel) => x[pixel] ?? Number.NaN);
        const largest = Math.max(...found);
        const mean = found.reduce((a, b) => a + b, 0) / found.length;
        values[(n * count + output) * channels + c] = kind === "max" ? largest : mean;
        for (const pixel of kind === "max" ? pixels.slice(found.indexOf(largest)).slice(0, 1) : pixels)
          gradient[pixel] = (gradient[pixel] ?? 0) + (kind === "max" ? 1 : 1 / pixels.length);
      }
    }
  return { values, gradient };
}
