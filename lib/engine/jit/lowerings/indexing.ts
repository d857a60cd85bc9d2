// Lowerings of kernels that look elements up or put them in place: one-hot codes, gathers, scatters, segment sums, top k.
import { type Emitter, elementType, type Lowering, NotLowerable } from "../emitter.js";
import { sizeOf, type Value } from "../graph.js";
import { flagOf, numberOf, outputOf } from "./call.js";

const oneHot: Lowering = (call, emit) => {
  const output = outputOf(call);
  const depth = numberOf(call, "depth");
  const type = elementType(output.dtype);
  const indices = emit.full(emit.typed(emit.input(call, "indices"), "int32"));
  const rows = emit.reshapeValue(indices, [...indices.shape, 1]);
  const classes = emit.graph.constant(
    Int32Array.from({ length: depth }, (_, i) => i),
    [depth],
    "int32",
  );
  const hit = emit.graph.node("Equal", [rows, classes], output.shape, {}, "bool");
  const [on, off] = [numberOf(call, "onValue", 1), numberOf(call, "offValue", 0)];
  if (on === 1 && off === 0) return emit.plain(emit.cast(hit, type));
  const choices = [hit, emit.graph.scalar(on, type), emit.graph.scalar(off, type)];
  return emit.plain(emit.graph.node("Where", choices, output.shape, {}, type));
};

const gather: Lowering = (call, emit) => {
  if (numberOf(call, "batchDims", 0) !== 0) throw new NotLowerable("GatherV2 with batchDims");
  const x = emit.input(call, "x");
  const indices = emit.full(emit.typed(emit.input(call, "indices"), "int32"));
  const axis = numberOf(call, "axis", 0);
  const at = axis < 0 ? axis + x.shape.length : axis;
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
  return emit.reshape(
    emit.plain(emit.graph.node("Gather", [emit.full(x), indices], shape, { axis: at })),
    outputOf(call).shape,
  );
};

const gatherNd: Lowering = (call, emit) => {
  const params = emit.full(emit.input(call, "params"));
  const indices = emit.cast(emit.full(emit.input(call, "indices")), "int64");
  return emit.plain(emit.graph.node("GatherND", [params, indices], outputOf(call).shape));
};

/** Adds updates into zeros at the given rows (indices: [..., depth] int64). */
function scatter(emit: Emitter, indices: Value, updates: Value, shape: readonly number[]): Value {
  const zero = emit.graph.scalar(0, updates.type, shape.length);
  const zeros = emit.graph.node("Expand", [zero, emit.graph.integers(shape)], shape);
  return emit.graph.node("ScatterND", [zeros, indices, updates], shape, { reduction: "add" });
}

const scatterNd: Lowering = (call, emit) => {
  const indices = emit.cast(emit.full(emit.input(call, "indices")), "int64");
  const updates = emit.full(emit.input(call, "updates"));
  return emit.plain(scatter(emit, indices, updates, outputOf(call).shape));
};

/** Rows whose segment is outside [0, segments) are dropped: they go to one row more than there are, which is cut off. */
const unsortedSegmentSum: Lowering = (call, emit) => {
  const x = emit.input(call, "x");
  const output = outputOf(call);
  const segments = numberOf(call, "numSegments");
  const ids = emit.full(emit.typed(emit.input(call, "segmentIds"), "int32"));
  const count = sizeOf(ids.shape);
  const rows = emit.reshapeValue(ids, [count, 1]);
  const zero = emit.graph.scalar(0, "int32");
  const end = emit.graph.scalar(segments, "int32");
  const negative = emit.graph.node("Less", [rows, zero], rows.shape, {}, "bool");
  const large = emit.graph.node("Min", [rows, end], rows.shape);
  const safe = emit.graph.node("Where", [negative, end, large], rows.shape, {}, "int32");
  const inner = x.shape.slice(ids.shape.length);
  const updates = emit.reshapeValue(emit.full(x), [count, ...inner]);
  const sums = scatter(emit, emit.cast(safe, "int64"), updates, [segments + 1, ...inner]);
  const cut = [emit.graph.integers([0]), emit.graph.integers([segments]), emit.graph.integers([0])];
  return emit.plain(emit.graph.node("Slice", [sums, ...cut], output.shape));
};

const topK: Lowering = (call, emit) => {
  const x = emit.full(emit.input(call, "x"));
  const k = numberOf(call, "k");
  const shape = [...x.shape.slice(0, -1), k];
  const outputs = [
    { shape, type: x.type },
    { shape, type: "int64" as const },
  ];
  const [values, indices] = emit.graph.nodes("TopK", [x, emit.graph.integers([k])], outputs, {
    axis: x.shape.length - 1,
    sorted: 1,
  });
  if (values === undefined || indices === undefined) throw new Error("invalid node; expected two outputs: TopK");
  return [emit.plain(values), emit.plain(emit.cast(indices, "int32"))];
};

/** How often each class occurs in each row, or, of binary output, whether it does: one-hot codes, added up over the row. */
const denseBincount: Lowering = (call, emit) => {
  const output = outputOf(call);
  const type = elementType(output.dtype);
  const size = numberOf(call, "size");
  const x = emit.full(emit.typed(emit.input(call, "x"), "int32"));
  const weights = emit.input(call, "weights");
  const rows = emit.reshapeValue(x, [...x.shape, 1]);
  const classes = emit.graph.constant(
    Int32Array.from({ length: size }, (_, i) => i),
    [size],
    "int32",
  );
  const hot = [...x.shape, size];
  const axis = emit.graph.integers([x.shape.length - 1]);
  let hits = emit.cast(emit.graph.node("Equal", [rows, classes], hot, {}, "bool"), type);
  const isBinary = flagOf(call, "binaryOutput");
  if (!isBinary && sizeOf(weights.shape) > 0) {
    const each = emit.reshapeValue(emit.full(emit.typed(weights, type)), [...x.shape, 1]);
    hits = emit.graph.node("Mul", [hits, each], hot);
  }
  return emit.plain(emit.graph.node(isBinary ? "ReduceMax" : "ReduceSum", [hits, axis], output.shape, { keepdims: 0 }));
};

export const indexings: Readonly<Record<string, Lowering>> = {
  DenseBincount: denseBincount,
  OneHot: oneHot,
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  UnsortedSegmentSum: unsortedSegmentSum,
  TopK: topK,
};
