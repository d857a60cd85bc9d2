// Lowerings of kernels that reduce axes: sums, means, extremes, their positions, running sums, softmax.
import { type Emitter, elementType, identity, type Lowered, type Lowering } from "../emitter.js";
import { type ElementType, sizeOf } from "../graph.js";
import { axesOf, flagOf, numberOf, outputOf } from "./call.js";

/** Reduces `axes` (tfjs's numbering) of the tensor; the axes stay, with length 1. The order of storage is kept. */
function reduce(emit: Emitter, operator: string, tensor: Lowered, axes: readonly number[]): Lowered {
  if (axes.length === 0) return tensor;
  const value = emit.full(tensor, tensor.order);
  const positions = axes.map((axis) => tensor.order.indexOf(axis)).sort((a, b) => a - b);
  const stored = value.shape.map((length, position) => (positions.includes(position) ? 1 : length));
  const shape = tensor.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const result = emit.graph.node(operator, [value, emit.graph.integers(positions)], stored, { keepdims: 1 });
  return { value: result, shape, order: tensor.order };
}

function reduction(operator: string, axisAttribute: string, type?: ElementType): Lowering {
  return (call, emit) => {
    const output = outputOf(call);
    const x = emit.input(call, "x");
    const typed = emit.typed(x, type ?? elementType(output.dtype));
    const reduced = reduce(emit, operator, typed, axesOf(call, axisAttribute, x.shape.length));
    return emit.typed(emit.reshape(reduced, output.shape), elementType(output.dtype));
  };
}

/** A mean is a sum scaled, so that the sum's gradient and its own share nodes. */
const mean: Lowering = (call, emit) => {
  const output = outputOf(call);
  const x = emit.typed(emit.input(call, "x"), "float32");
  const sum = reduce(emit, "ReduceSum", x, axesOf(call, "axis", x.shape.length));
  const share = sizeOf(sum.shape) / sizeOf(x.shape);
  const scaled = emit.elementwise([sum, emit.splat(share, sum.shape, "float32")], sum.shape, (values, shape) =>
    emit.graph.node("Mul", values, shape),
  );
  return emit.reshape(scaled, output.shape);
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
  LogSoftmax: softmax("LogSoftmax", "logits", "axis"),
};
