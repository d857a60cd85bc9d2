// Lowerings of pools and their gradients. A max pool is the maximum of planes where its windows allow it (pool-planes.ts); else its gradient
// goes back through the indices that the pool itself found (MaxUnpool), one call for each set of windows that do not overlap. An average
// pool's gradient is a ConvTranspose with a filter of ones.
import { type Emitter, identity, type Lowered, type Lowering, NotLowerable } from "../emitter.js";
import { sizeOf, type Value } from "../graph.js";
import { outputOf } from "./call.js";
import { transposedConvolution } from "./convolution.js";
import { hasPlanes, type Planes, planesOfPhases, planesOfWindows } from "./pool-planes.js";
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

/** True where the pool's windows are exactly the phases. */
function poolsPhases(x: Lowered, window: Window): boolean {
  const { phases } = x;
  if (phases === undefined || window.kernel.join() !== phases.join() || window.strides.join() !== phases.join())
    return false;
  return window.output.every((length, i) => length * (phases[i] ?? 1) === window.input[i]);
}

/** A pool, and its gradient's way back into the tensor as it is stored. */
interface Pool {
  readonly pooled: Value;
  readonly source: Value;
  readonly send: (dy: Value) => Lowered;
  /** As `send`, for a gradient that is zero wherever the source, a ReLU's result, is. */
  readonly sendRectified: (dy: Value) => Lowered;
}

/** The ReLU's input, where the ReLU may as well come after the pool: it has fewer elements to do then. */
function unrectified(emit: Emitter, value: Value): Value | undefined {
  const relu = emit.graph.producer(value);
  const [input] = relu?.operator === "Relu" ? relu.inputs : [];
  // Behind a convolution and its bias onnxruntime makes it part of them.
  const isConvolved = (it: Value | undefined): boolean =>
    it !== undefined && emit.graph.producer(it)?.operator === "Conv";
  const before = input === undefined ? undefined : emit.graph.producer(input);
  return isConvolved(input) || (before?.operator === "Add" && before.inputs.some(isConvolved)) ? undefined : input;
}

function maximumPool(emit: Emitter, raw: Lowered, window: Window): Pool {
  if (raw.phases !== undefined && poolsPhases(raw, window)) {
    const planes = planesOfPhases(emit, raw);
    const send = (dy: Value): Lowered => ({ ...raw, value: planes.send(dy) });
    return { pooled: planes.pooled, source: raw.value, send, sendRectified: send };
  }
  const x = emit.gathered(raw);
  const order = channelsFirst(x.shape.length);
  const source = emit.full(x, order);
  if (!hasPlanes(window, source)) return poolWithIndices(emit, x, window);
  const planes = planesOfWindows(emit, source, window);
  const sender =
    ({ send }: Planes) =>
    (dy: Value): Lowered => ({ value: send(dy), shape: x.shape, order });
  const input = unrectified(emit, source);
  if (input === undefined)
    return { pooled: planes.pooled, source, send: sender(planes), sendRectified: sender(planes) };
  const earlier = planesOfWindows(emit, input, window);
  const pooled = emit.graph.node("Relu", [earlier.pooled], earlier.pooled.shape);
  return { pooled, source, send: sender(planes), sendRectified: sender(earlier) };
}

const maximum: Lowering = (call, emit) => {
  const raw = emit.raw(call, "x");
  const shape = outputOf(call).shape;
  const window = poolWindow(call, raw.shape);
  const order = channelsFirst(shape.length);
  if (emit.pools.differentiated.has(emit.reference(call, "x").id) || raw.phases !== undefined)
    return { value: maximumPool(emit, raw, window).pooled, shape, order };
  // Without a gradient a plain pool is the fastest.
  return { value: maxPool(emit, emit.gathered(raw), window)[0], shape, order };
};

const maximumGradient: Lowering = (call, emit) => {
  const raw = emit.raw(call, "input");
  const { source, pooled, send, sendRectified } = maximumPool(emit, raw, poolWindow(call, raw.shape));
  const dy = emit.full(emit.input(call, "dy"), channelsFirst(raw.shape.length));
  const back = send(dy);
  emit.unpooled.set(back.value, { source, pooled, dy, send: sendRectified });
  return back;
};

function poolWithIndices(emit: Emitter, x: Lowered, window: Window): Pool {
  const order = channelsFirst(x.shape.length);
  const [pooled, indices] = maxPool(emit, x, window);
  const shape = storedLengths(x.shape);
  // Windows that start `apart` steps from each other share no element; MaxUnpool writes, it does not add.
  const apart = window.kernel.map((k, i) => Math.ceil(k / (window.strides[i] ?? 1)));
  const target = emit.graph.integers(shape);
  const attributes = {
    kernel_shape: window.kernel,
    strides: window.strides,
    pads: [...window.before, ...window.after],
  };
  const unpool = (values: Value, at: Value): Value =>
    emit.graph.node("MaxUnpool", [values, at, target], shape, attributes, "float32");
  const send = (given: Value): Lowered => {
    const parts: Value[] = [];
    for (let set = 0; set < sizeOf(apart); set++) {
      const starts: number[] = [];
      apart.reduceRight((rest, length, i) => {
        starts[i] = rest % length;
        return Math.floor(rest / length);
      }, set);
      if (starts.some((start, i) => start >= (window.output[i] ?? 1))) continue;
      parts.push(unpool(every(emit, given, starts, apart), every(emit, indices, starts, apart)));
    }
    const value = parts.reduce((sum, part) => emit.graph.node("Add", [sum, part], shape));
    return { value, shape: x.shape, order };
  };
  return { pooled, source: emit.full(x, order), send, sendRectified: send };
}

/** Every `steps[i]`-th element along spatial axis i, from `starts[i]`. */
function every(emit: Emitter, value: Value, starts: readonly number[], steps: readonly number[]): Value {
  if (steps.every((step) => step === 1)) return value;
  const axes = identity(steps.length).map((axis) => axis + 2);
  const space = value.shape.slice(2);
  const shape = [
    ...value.shape.slice(0, 2),
    ...space.map((length, i) => Math.ceil((length - (starts[i] ?? 0)) / (steps[i] ?? 1))),
  ];
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
  const value = emit.graph.node("AveragePool", [emit.full(x, order)], storedLengths(shape), {
    ...attributes,
    count_include_pad: 0,
  });
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
  const ones = emit.graph.constant(
    new Float32Array(channels * sizeOf(window.kernel)).fill(1),
    [channels, 1, ...window.kernel],
    "float32",
  );
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
