// Lowerings of pools and their gradients. A max pool's gradient goes back through the indices that the pool itself found (MaxUnpool), one
// call for each set of windows that do not overlap; an average pool's is a ConvTranspose with a filter of ones.
import { type Emitter, identity, type Lowered, type Lowering, NotLowerable } from "../emitter.js";
import { sizeOf, type Value } from "../graph.js";
import { outputOf } from "./call.js";
import { transposedConvolution } from "./convolution.js";
import { channelsFirst, poolWindow, type Window, windowAttributes } from "./window.js";

function storedLengths(shape: readonly number[]): number[] {
  return channelsFirst(shape.length).map((axis) => shape[axis] ?? 1);
}

function checkPadding(window: Window): void {
  if (window.kernel.some((k, i) => (window.before[i] ?? 0) >= k || (window.after[i] ?? 0) >= k))
    throw new NotLowerable("a pool whose padding is as long as its window");
}

/** The pooled values and where each came from: positions in the whole stored input. */
function maxPool(emit: Emitter, x: Lowered, window: Window): readonly [Value, Value] {
  checkPadding(window);
  const value = emit.full(x, channelsFirst(x.shape.length));
  const shape = [...value.shape.slice(0, 2), ...window.output];
  const { dilations: _, ...attributes } = windowAttributes(window);
  const [pooled, indices] = emit.graph.nodes(
    "MaxPool",
    [value],
    [
      { shape, type: "float32" },
      { shape, type: "int64" },
    ],
    attributes,
  );
  if (pooled === undefined || indices === undefined) throw new Error("invalid node; expected two outputs: MaxPool");
  return [pooled, indices];
}

const maximum: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const shape = outputOf(call).shape;
  const [value] = maxPool(emit, x, poolWindow(call, x.shape));
  return { value, shape, order: channelsFirst(shape.length) };
};

const maximumGradient: Lowering = (call, emit) => {
  const x = emit.input(call, "input");
  const window = poolWindow(call, x.shape);
  const order = channelsFirst(x.shape.length);
  const [, indices] = maxPool(emit, x, window);
  const dy = emit.full(emit.input(call, "dy"), order);
  const shape = storedLengths(x.shape);
  // Windows that start `apart` steps from each other share no element; MaxUnpool writes, it does not add.
  const apart = window.kernel.map((k, i) => Math.ceil(k / (window.strides[i] ?? 1)));
  const target = emit.graph.integers(shape);
  const attributes = { kernel_shape: window.kernel, strides: window.strides };
  const unpool = (values: Value, at: Value): Value => emit.graph.node("MaxUnpool", [values, at, target], shape, attributes, "float32");
  const parts: Value[] = [];
  for (let phase = 0; phase < sizeOf(apart); phase++) {
    const starts: number[] = [];
    apart.reduceRight((rest, length, i) => {
      starts[i] = rest % length;
      return Math.floor(rest / length);
    }, phase);
    if (starts.some((start, i) => start >= (window.output[i] ?? 1))) continue;
    parts.push(unpool(every(emit, dy, starts, apart), every(emit, indices, starts, apart)));
  }
  const value = parts.reduce((sum, part) => emit.graph.node("Add", [sum, part], shape));
  return { value, shape: x.shape, order };
};

/** Every `steps[i]`-th element along spatial axis i, from `starts[i]`. */
function every(emit: Emitter, value: Value, starts: readonly number[], steps: readonly number[]): Value {
  if (steps.every((step) => step === 1)) return value;
  const axes = identity(steps.length).map((axis) => axis + 2);
  const space = value.shape.slice(2);
  const shape = [...value.shape.slice(0, 2), ...space.map((length, i) => Math.ceil((length - (starts[i] ?? 0)) / (steps[i] ?? 1)))];
  const integers = (list: readonly number[]): Value => emit.graph.integers(list);
  return emit.graph.node("Slice", [value, integers(starts), integers(space), integers(axes), integers(steps)], shape);
}

const average: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const window = poolWindow(call, x.shape);
  checkPadding(window);
  const shape = outputOf(call).shape;
  const order = channelsFirst(shape.length);
  const { dilations: _, ...attributes } = windowAttributes(window);
  const value = emit.graph.node("AveragePool", [emit.full(x, order)], storedLengths(shape), { ...attributes, count_include_pad: 0 });
  return { value, shape, order };
};

/** 1 / how many elements each window holds: fewer where it reaches into the padding. */
function shares(window: Window): Float32Array {
  const counts = window.output.map((length, i) =>
    Array.from({ length }, (_, o) => {
      const start = o * (window.strides[i] ?? 1) - (window.before[i] ?? 0);
      return Math.min(start + (window.kernel[i] ?? 1), window.input[i] ?? 1) - Math.max(start, 0);
    }),
  );
  const products = counts.reduce<number[]>((all, axis) => all.flatMap((a) => axis.map((b) => a * b)), [1]);
  return Float32Array.from(products, (count) => 1 / count);
}

const averageGradient: Lowering = (call, emit) => {
  const dy = emit.input(call, "dy");
  const shape = outputOf(call).shape;
  const window = poolWindow(call, shape);
  const order = channelsFirst(shape.length);
  const channels = shape.at(-1) ?? 1;
  const value = emit.full(dy, order);
  const share = emit.graph.constant(shares(window), window.output, "float32");
  const scaled: Lowered = { value: emit.graph.node("Mul", [value, share], value.shape), shape: dy.shape, order };
  const ones = emit.graph.constant(new Float32Array(channels * sizeOf(window.kernel)).fill(1), [channels, 1, ...window.kernel], "float32");
  return transposedConvolution(emit, scaled, ones, window, shape, channels);
};

export const pools: Readonly<Record<string, Lowering>> = {
  MaxPool: maximum,
  MaxPoolGrad: maximumGradient,
  MaxPool3D: maximum,
  MaxPool3DGrad: maximumGradient,
  AvgPool: average,
  AvgPoolGrad: averageGradient,
  AvgPool3D: average,
  AvgPool3DGrad: averageGradient,
};
