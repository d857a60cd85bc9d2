// Lowerings of kernels that reduce axes: sums, means, extremes, their positions, running sums, softmax.
import { type Emitter, elementType, identity, type Lowered, type Lowering } from "../emitter.js";
import { type ElementType, sizeOf, type Value } from "../graph.js";
import type { KernelCall, TensorReference } from "../recording.js";
import { axesOf, flagOf, numberOf, outputOf } from "./call.js";
import { factorAfterSum, withoutFactor } from "./factor.js";
import { channelsFirst } from "./window.js";

/** Reduces `axes` (tfjs's numbering) of the tensor, keeping its order of storage; the axes stay with length 1, or go. */
function reduce(emit: Emitter, operator: string, tensor: Lowered, axes: readonly number[], keep: boolean): Lowered {
  const rest = identity(tensor.shape.length).filter((axis) => !axes.includes(axis));
  const shape = keep
    ? tensor.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : rest.map((axis) => tensor.shape[axis] ?? 1);
  if (axes.length === 0) return tensor;
  const value = emit.full(tensor, tensor.order);
  const positions = axes.map((axis) => tensor.order.indexOf(axis)).sort((a, b) => a - b);
  const stored = keep
    ? value.shape.map((length, position) => (positions.includes(position) ? 1 : length))
    : value.shape.filter((_, position) => !positions.includes(position));
  const result = emit.graph.node(operator, [value, emit.graph.integers(positions)], stored, { keepdims: Number(keep) });
  const order = keep
    ? tensor.order
    : tensor.order.filter((axis) => rest.includes(axis)).map((axis) => rest.indexOf(axis));
  return { value: result, shape, order };
}

/** The sum over all images and positions of a tensor in phases: over the phases too, at the end. */
function sumInPhases(emit: Emitter, { value, shape, phases = [1, 1] }: Lowered): Value {
  const channels = shape.at(-1) ?? 1;
  const count = phases[0] * phases[1];
  const sums = emit.graph.node("ReduceSum", [value, emit.graph.integers([0, 2, 3])], [count * channels], {
    keepdims: 0,
  });
  const rows = emit.reshapeValue(sums, [count, channels]);
  return emit.graph.node("ReduceSum", [rows, emit.graph.integers([0])], [channels], { keepdims: 0 });
}

function overPositions({ phases }: Lowered, axes: readonly number[]): boolean {
  return phases !== undefined && [...axes].sort().join() === "0,1,2";
}

/** A gradient that a max pool spread has the same sum over all positions as it had before, where it had fewer elements. */
function beforePool(emit: Emitter, x: Lowered, axes: readonly number[]): Lowered {
  const back = emit.unpooled.get(x.value);
  const isOverPositions = identity(x.shape.length).every(
    (axis) => axis === 0 || axis === x.shape.length - 1 || axes.includes(axis),
  );
  return back === undefined || !isOverPositions ? x : emit.stored(back.dy, channelsFirst(x.shape.length));
}

/** The sum over axes of a tensor that may be in phases or have a factor; a factor that is the same along them multiplies the sum. */
function sum(emit: Emitter, call: KernelCall, output: TensorReference): Lowered {
  const given = emit.factored(call, "x");
  const axes = axesOf(call, "axis", given.shape.length);
  const factor = factorAfterSum(emit, given, axes, output.shape);
  const x = beforePool(emit, factor === undefined ? emit.raw(call, "x") : withoutFactor(given), axes);
  const summed =
    overPositions(x, axes) && output.shape.length === 1
      ? emit.plain(sumInPhases(emit, x))
      : reduce(emit, "ReduceSum", emit.gathered(x), axes, output.shape.length === x.shape.length);
  const result = emit.reshape(summed, output.shape);
  if (factor === undefined) return result;
  return emit.elementwise([result, factor], output.shape, (values, shape) => emit.graph.node("Mul", values, shape));
}

function reduction(operator: string, axisAttribute: string, type?: ElementType): Lowering {
  return (call, emit) => {
    const output = outputOf(call);
    const wanted = type ?? elementType(output.dtype);
    if (operator === "ReduceSum" && emit.raw(call, "x").value.type === wanted) return sum(emit, call, output);
    const x = emit.typed(emit.input(call, "x"), wanted);
    const axes = axesOf(call, axisAttribute, x.shape.length);
    const reduced = reduce(emit, operator, x, axes, output.shape.length === x.shape.length);
    return emit.typed(emit.reshape(reduced, output.shape), elementType(output.dtype));
  };
}

/** A mean is a sum scaled, so that the sum's gradient and its own share nodes. */
const mean: Lowering = (call, emit) => {
  const output = outputOf(call);
  const x = emit.raw(call, "x");
  const isFloat = x.value.type === "float32";
  const axes = axesOf(call, "axis", x.shape.length);
  const keep = output.shape.length === x.shape.length;
  const total = isFloat
    ? sum(emit, call, output)
    : emit.reshape(reduce(emit, "ReduceSum", emit.typed(emit.gathered(x), "float32"), axes, keep), output.shape);
  const share = sizeOf(output.shape) / sizeOf(x.shape);
  return emit.elementwise([total, emit.splat(share, output.shape, "float32")], output.shape, (values, shape) =>
    emit.graph.node("Mul", values, shape),
  );
};

function position(operator: string): Lowering {
  return (call, emit) => {
    const x = emit.input(call, "x");
    const rank = x.shape.length;
    const [axis = 0] = axesOf(call, "axis", rank);
    const value = emit.full(x.value.type === "bool" ? emit.typed(x, "int32") : x);
    const shape = value.shape.filter((_, i) => i !== axis);
    const found = emit.graph.node(operator, [value], shape, { axis, keepdims: 0 }, "int64");
    return emit.plain(emit.cast(found, "int32"));
  };
}

const cumulativeSum: Lowering = (call, emit) => {
  const x = emit.typed(emit.input(call, "x"), elementType(outputOf(call).dtype));
  const [axis = 0] = axesOf(call, "axis", x.shape.length);
  const value = emit.full(x);
  const attributes = { exclusive: Number(flagOf(call, "exclusive")), reverse: Number(flagOf(call, "reverse")) };
  return emit.plain(emit.graph.node("CumSum", [value, emit.graph.scalar(axis, "int64")], value.shape, attributes));
};

function softmax(operator: string, input: string, axisAttribute: string): Lowering {
  return (call, emit) => {
    const x = emit.input(call, input);
    const rank = x.shape.length;
    const axis = numberOf(call, axisAttribute, -1);
    const order = identity(rank);
    const value = emit.full(x, order);
    return emit.plain(emit.graph.node(operator, [value], value.shape, { axis: axis < 0 ? axis + rank : axis }));
  };
}

export const reductions: Readonly<Record<string, Lowering>> = {
  Sum: reduction("ReduceSum", "axis"),
  Mean: mean,
  Max: reduction("ReduceMax", "reductionIndices"),
  Min: reduction("ReduceMin", "axis"),
  Prod: reduction("ReduceProd", "axis"),
  All: reduction("ReduceMin", "axis", "int32"),
  Any: reduction("ReduceMax", "axis", "int32"),
  ArgMax: position("ArgMax"),
  ArgMin: position("ArgMin"),
  Cumsum: cumulativeSum,
  Softmax: softmax("Softmax", "logits", "dim"),
};
