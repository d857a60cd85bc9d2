// Lowerings of kernels that only move elements: views, joins, cuts, padding, repetition, constants. Axis orders are kept where they can be.
import * as tf from "@tensorflow/tfjs";
import { type Emitter, elementType, identity, type Lowered, type Lowering, NotLowerable } from "../emitter.js";
import { sizeOf } from "../graph.js";
import type { KernelCall } from "../recording.js";
import { axesOf, numberOf, numbersOf, outputOf, pairsOf } from "./call.js";

const view =
  (input: string): Lowering =>
  (call, emit) =>
    emit.reshape(emit.input(call, input), outputOf(call).shape);

/** tfjs's transpose costs nothing here: only the order changes. */
const transpose: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const permutation = numbersOf(call, "perm");
  const shape = permutation.map((axis) => x.shape[axis] ?? 1);
  return { value: x.value, shape, order: x.order.map((axis) => permutation.indexOf(axis)) };
};

function concatenate(emit: Emitter, tensors: readonly Lowered[], axis: number, shape: readonly number[]): Lowered {
  const parts = tensors.filter((tensor) => sizeOf(tensor.shape) > 0);
  const [head] = parts;
  if (head === undefined) throw new NotLowerable("Concat of empty tensors");
  if (parts.length === 1) return head;
  const order = head.order;
  const values = parts.map((tensor) => emit.full(tensor, order));
  const stored = order.map((i) => shape[i] ?? 1);
  return { value: emit.graph.node("Concat", values, stored, { axis: order.indexOf(axis) }), shape, order };
}

const concat: Lowering = (call, emit) => {
  const output = outputOf(call);
  const [axis = 0] = axesOf(call, "axis", output.shape.length);
  const type = elementType(output.dtype);
  const tensors = emit.list(call).map((tensor) => emit.typed(tensor, type));
  return concatenate(emit, tensors, axis, output.shape);
};

const pack: Lowering = (call, emit) => {
  const output = outputOf(call);
  const [axis = 0] = axesOf(call, "axis", output.shape.length);
  const slice = output.shape.map((length, i) => (i === axis ? 1 : length));
  const tensors = emit.list(call).map((tensor) => emit.plain(emit.full(emit.reshape(tensor, slice))));
  return concatenate(emit, tensors, axis, output.shape);
};

interface Cut {
  readonly begin: number;
  readonly end: number;
  readonly step: number;
}

const untilStart = -(2 ** 31);

/** Cuts along each tfjs axis; the storage order is kept. A negative step ends before `end`, as in ONNX and NumPy. */
export function slice(emit: Emitter, tensor: Lowered, cuts: readonly Cut[]): Lowered {
  const lengths = tensor.shape.map((length, axis) => {
    const cut = cuts[axis];
    if (cut === undefined) return length;
    return Math.max(0, Math.ceil((cut.end - cut.begin) / cut.step));
  });
  const changed = identity(tensor.shape.length).filter((axis) => {
    const cut = cuts[axis];
    return cut !== undefined && !(cut.begin === 0 && cut.step === 1 && cut.end === tensor.shape[axis]);
  });
  if (changed.length === 0) return tensor;
  const value = emit.full(tensor, tensor.order);
  const pick = (get: (cut: Cut) => number) =>
    emit.graph.integers(changed.map((axis) => get(cuts[axis] ?? { begin: 0, end: 0, step: 1 })));
  const inputs = [
    value,
    pick((cut) => cut.begin),
    pick((cut) => (cut.end < 0 ? untilStart : cut.end)),
    emit.graph.integers(changed.map((axis) => tensor.order.indexOf(axis))),
    pick((cut) => cut.step),
  ];
  const stored = tensor.order.map((axis) => lengths[axis] ?? 1);
  return { value: emit.graph.node("Slice", inputs, stored), shape: lengths, order: tensor.order };
}

const sliceKernel: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const begin = numbersOf(call, "begin");
  const shape = outputOf(call).shape;
  const cuts = shape.map((length, axis) => ({ begin: begin[axis] ?? 0, end: (begin[axis] ?? 0) + length, step: 1 }));
  return slice(emit, x, cuts);
};

const stridedSlice: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const mask = (name: string): number => numberOf(call, name, 0);
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    numbersOf(call, "begin"),
    numbersOf(call, "end"),
    numbersOf(call, "strides"),
    mask("beginMask"),
    mask("endMask"),
    mask("ellipsisMask"),
    mask("newAxisMask"),
    mask("shrinkAxisMask"),
  );
  const cuts = info.begin.map((begin, axis) => ({ begin, end: info.end[axis] ?? 0, step: info.strides[axis] ?? 1 }));
  return emit.reshape(slice(emit, x, cuts), outputOf(call).shape);
};

const reverse: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const axes = axesOf(call, "dims", x.shape.length);
  const cuts = x.shape.map((length, axis) =>
    axes.includes(axis) ? { begin: length - 1, end: -1, step: -1 } : { begin: 0, end: length, step: 1 },
  );
  return slice(emit, x, cuts);
};

const unpack: Lowering = (call, emit) => {
  const value = emit.input(call, "value");
  const [axis = 0] = axesOf(call, "axis", value.shape.length);
  return call.outputs.map((output, i) => {
    const cuts = value.shape.map((length, a) =>
      a === axis ? { begin: i, end: i + 1, step: 1 } : { begin: 0, end: length, step: 1 },
    );
    return emit.reshape(slice(emit, value, cuts), output.shape);
  });
};

const split: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const [axis = 0] = axesOf(call, "axis", x.shape.length);
  let begin = 0;
  return call.outputs.map((output) => {
    const from = begin;
    begin += output.shape[axis] ?? 0;
    const to = begin;
    const cuts = x.shape.map((length, a) =>
      a === axis ? { begin: from, end: to, step: 1 } : { begin: 0, end: length, step: 1 },
    );
    return slice(emit, x, cuts);
  });
};

function padded(call: KernelCall, emit: Emitter, mode: string, fill: number | undefined): Lowered {
  const x = emit.input(call, "x");
  const paddings = pairsOf(call, "paddings");
  const order = x.order;
  const value = emit.full(x, order);
  const amounts = [...order.map((axis) => paddings[axis]?.[0] ?? 0), ...order.map((axis) => paddings[axis]?.[1] ?? 0)];
  if (amounts.every((amount) => amount === 0)) return x;
  const shape = outputOf(call).shape;
  const inputs = [
    value,
    emit.graph.integers(amounts),
    ...(fill === undefined ? [] : [emit.graph.scalar(fill, value.type)]),
  ];
  return {
    value: emit.graph.node(
      "Pad",
      inputs,
      order.map((axis) => shape[axis] ?? 1),
      { mode },
    ),
    shape,
    order,
  };
}

/** Repeating an axis of length 1 stays implicit; other axes are written out. */
const tile: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const repeats = numbersOf(call, "reps");
  const shape = outputOf(call).shape;
  if (x.shape.every((length, axis) => length === 1 || repeats[axis] === 1)) return { ...x, shape };
  const value = emit.full(x, x.order);
  const stored = x.order.map((axis) => shape[axis] ?? 1);
  const counts = emit.graph.integers(x.order.map((axis) => repeats[axis] ?? 1));
  return { value: emit.graph.node("Tile", [value, counts], stored), shape, order: x.order };
};

const filled =
  (value: number): Lowering =>
  (call, emit) =>
    emit.splat(value, outputOf(call).shape, elementType(outputOf(call).dtype));

/** Kernels without inputs: their values are known now. */
const sequence =
  (at: (call: KernelCall, i: number) => number): Lowering =>
  (call, emit) => {
    const output = outputOf(call);
    const values = Array.from({ length: sizeOf(output.shape) }, (_, i) => at(call, i));
    const type = elementType(output.dtype);
    const elements = type === "float32" ? Float32Array.from(values) : Int32Array.from(values);
    return emit.plain(emit.graph.constant(elements, output.shape, type));
  };

/** Batch ↔ space, written as the reshapes and transposes that define them. */
const spaceToBatch: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const block = numbersOf(call, "blockShape");
  const paddings = [[0, 0] as const, ...pairsOf(call, "paddings")];
  const whole = x.shape.map((length, axis) => length + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
  const amounts = [
    ...x.shape.map((_, axis) => paddings[axis]?.[0] ?? 0),
    ...x.shape.map((_, axis) => paddings[axis]?.[1] ?? 0),
  ];
  const value = emit.full(x);
  const zero = emit.graph.scalar(0, value.type);
  const grown = emit.graph.node("Pad", [value, emit.graph.integers(amounts), zero], whole, { mode: "constant" });
  const split = [
    whole[0] ?? 1,
    ...block.flatMap((b, i) => [(whole[i + 1] ?? 1) / b, b]),
    ...whole.slice(block.length + 1),
  ];
  const inner = block.map((_, i) => 2 + 2 * i);
  const outer = block.map((_, i) => 1 + 2 * i);
  const rest = whole.slice(block.length + 1).map((_, i) => 1 + 2 * block.length + i);
  const moved = emit.transpose(emit.reshapeValue(grown, split), [...inner, 0, ...outer, ...rest]);
  return emit.plain(emit.reshapeValue(moved, outputOf(call).shape));
};

const batchToSpace: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const block = numbersOf(call, "blockShape");
  const crops = pairsOf(call, "crops");
  const n = block.length;
  const batch = (x.shape[0] ?? 1) / sizeOf(block);
  const rest = x.shape.slice(n + 1);
  const split = emit.reshapeValue(emit.full(x), [...block, batch, ...x.shape.slice(1)]);
  const order = [n, ...block.flatMap((_, i) => [n + 1 + i, i]), ...rest.map((_, i) => 2 * n + 1 + i)];
  const whole = [batch, ...block.map((b, i) => b * (x.shape[i + 1] ?? 1)), ...rest];
  const joined = emit.plain(emit.reshapeValue(emit.transpose(split, order), whole));
  const cuts = whole.map((length, axis) => {
    const crop = axis === 0 ? undefined : crops[axis - 1];
    return { begin: crop?.[0] ?? 0, end: length - (crop?.[1] ?? 0), step: 1 };
  });
  return slice(emit, joined, cuts);
};

export const shapes: Readonly<Record<string, Lowering>> = {
  Reshape: view("x"),
  ExpandDims: view("input"),
  Transpose: transpose,
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: split,
  Slice: sliceKernel,
  StridedSlice: stridedSlice,
  Reverse: reverse,
  PadV2: (call, emit) => padded(call, emit, "constant", numberOf(call, "constantValue", 0)),
  MirrorPad: (call, emit) => {
    // ONNX's "reflect" leaves the border out as tfjs's does; its "edge" is not tfjs's "symmetric".
    if (call.attributes.mode !== "reflect") throw new NotLowerable("MirrorPad with mode symmetric");
    return padded(call, emit, "reflect", undefined);
  },
  Tile: tile,
  ZerosLike: filled(0),
  OnesLike: filled(1),
  Fill: (call, emit) => emit.splat(numberOf(call, "value"), outputOf(call).shape, elementType(outputOf(call).dtype)),
  Range: sequence((call, i) => numberOf(call, "start") + i * numberOf(call, "step")),
  LinSpace: sequence((call, i) => {
    const [start, stop, count] = [numberOf(call, "start"), numberOf(call, "stop"), numberOf(call, "num")];
    return start + (count > 1 ? (i * (stop - start)) / (count - 1) : 0);
  }),
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
};
