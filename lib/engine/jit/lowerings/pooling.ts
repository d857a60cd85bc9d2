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

interface Planes {
  readonly pooled: Value;
  /** chosen[i]: where the maximum of the planes before plane i + 1 is at least as large as that plane (the first of equals wins). */
  readonly chosen: readonly Value[];
}

/** The maximum of the planes of a tensor in phases. */
function maxOfPlanes(emit: Emitter, { value, phases = [1, 1] }: Lowered): Planes {
  const count = phases[0] * phases[1];
  const [batch = 1, channels = 1, ...space] = value.shape;
  const shape = [batch, channels / count, ...space];
  const outputs = Array.from({ length: count }, () => ({ shape, type: value.type }));
  const [first, ...rest] = emit.graph.nodes("Split", [value], outputs, { axis: 1, num_outputs: count });
  if (first === undefined) throw new Error("invalid phases; expected at least one plane: 0");
  let pooled = first;
  const chosen: Value[] = [];
  for (const plane of rest) {
    chosen.push(emit.graph.node("GreaterOrEqual", [pooled, plane], shape, {}, "bool"));
    pooled = emit.graph.node("Max", [pooled, plane], shape);
  }
  return { pooled, chosen };
}

/** Sends a gradient to the plane that was chosen, for every element. */
function sendToPlanes(emit: Emitter, dy: Value, { chosen }: Planes, x: Lowered): Lowered {
  const zero = emit.graph.scalar(0);
  const parts: Value[] = [];
  let rest = dy;
  for (const before of [...chosen].reverse()) {
    const kept = emit.graph.node("Where", [before, rest, zero], dy.shape, {}, "float32");
    // Exact: of the two one is zero.
    parts.unshift(emit.graph.node("Sub", [rest, kept], dy.shape));
    rest = kept;
  }
  return { ...x, value: emit.graph.node("Concat", [rest, ...parts], x.value.shape, { axis: 1 }) };
}

/** True where the pool's windows are exactly the phases. */
function poolsPhases(x: Lowered, window: Window): boolean {
  const { phases } = x;
  if (phases === undefined || window.kernel.join() !== phases.join() || window.strides.join() !== phases.join())
    return false;
  return window.output.every((length, i) => length * (phases[i] ?? 1) === window.input[i]);
}

const maximum: Lowering = (call, emit) => {
  const raw = emit.raw(call, "x");
  const shape = outputOf(call).shape;
  if (raw.phases !== undefined && poolsPhases(raw, poolWindow(call, raw.shape)))
    return { value: maxOfPlanes(emit, raw).pooled, shape, order: channelsFirst(shape.length) };
  const x = emit.gathered(raw);
  const [value] = maxPool(emit, x, poolWindow(call, x.shape));
  return { value, shape, order: channelsFirst(shape.length) };
};

const maximumGradient: Lowering = (call, emit) => {
  const raw = emit.raw(call, "input");
  const window = poolWindow(call, raw.shape);
  const order = channelsFirst(raw.shape.length);
  const dy = emit.full(emit.input(call, "dy"), order);
  const register = (source: Value, pooled: Value, send: (dy: Value) => Lowered): Lowered => {
    const back = send(dy);
    emit.unpooled.set(back.value, { source, pooled, dy, send });
    return back;
  };
  if (raw.phases !== undefined && poolsPhases(raw, window)) {
    const planes = maxOfPlanes(emit, raw);
    return register(raw.value, planes.pooled, (given) => sendToPlanes(emit, given, planes, raw));
  }
  const x = emit.gathered(raw);
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
  return register(emit.full(x, order), pooled, send);
};

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
