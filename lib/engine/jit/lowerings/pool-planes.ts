// Max pools without indices: the elements at each place of the windows form a plane, the pool is the maximum of the planes, and its gradient
// goes to the plane that was chosen. onnxruntime's pool with indices takes 4 times as long. Used by pooling.ts.
import type { Emitter, Lowered } from "../emitter.js";
import { sizeOf, type Value } from "../graph.js";
import type { Window } from "./window.js";

export interface Planes {
  readonly pooled: Value;
  /** Brings a gradient of the pooled values to the elements that they are. */
  readonly send: (dy: Value) => Value;
}

/** Below this many elements a pool with indices takes less time than the planes' many operators. */
const worthPlanes = 10_000;

/** Longest window along an axis; each element more costs operators. */
const longestWindow = 4;

interface Chosen {
  readonly maximum: Value;
  /** chosen[i]: where the maximum of the parts before part i + 1 is at least as large as that part (the first of equals wins). */
  readonly chosen: readonly Value[];
}

function maximumOf(emit: Emitter, parts: readonly Value[]): Chosen {
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error("invalid parts; expected at least one: 0");
  let maximum = first;
  const chosen: Value[] = [];
  for (const part of rest) {
    chosen.push(emit.graph.node("GreaterOrEqual", [maximum, part], part.shape, {}, "bool"));
    maximum = emit.graph.node("Max", [maximum, part], part.shape);
  }
  return { maximum, chosen };
}

/** The gradient's share of each part. */
function shares(emit: Emitter, dy: Value, chosen: readonly Value[]): Value[] {
  const zero = emit.graph.scalar(0);
  const parts: Value[] = [];
  let rest = dy;
  for (const before of [...chosen].reverse()) {
    const kept = emit.graph.node("Where", [before, rest, zero], dy.shape, {}, "float32");
    // Exact: of the two one is zero.
    parts.unshift(emit.graph.node("Sub", [rest, kept], dy.shape));
    rest = kept;
  }
  return [rest, ...parts];
}

function split(emit: Emitter, value: Value, axis: number, count: number): readonly Value[] {
  const shape = value.shape.map((length, i) => (i === axis ? length / count : length));
  const outputs = Array.from({ length: count }, () => ({ shape, type: value.type }));
  return emit.graph.nodes("Split", [value], outputs, { axis, num_outputs: count });
}

/** The pool of a tensor in phases, whose planes are next to each other. */
export function planesOfPhases(emit: Emitter, { value, phases = [1, 1] }: Lowered): Planes {
  const { maximum, chosen } = maximumOf(emit, split(emit, value, 1, phases[0] * phases[1]));
  const send = (dy: Value): Value => emit.graph.node("Concat", shares(emit, dy, chosen), value.shape, { axis: 1 });
  return { pooled: maximum, send };
}

/** True for windows that touch but don't overlap, none of which reaches beyond the input, over an input that is worth it. */
export function hasPlanes(window: Window, value: Value): boolean {
  const isTiled = window.kernel.every(
    (length, i) => length === window.strides[i] && length <= longestWindow && (window.before[i] ?? 0) === 0,
  );
  const isInside = window.output.every((length, i) => length * (window.kernel[i] ?? 1) <= (window.input[i] ?? 0));
  return isTiled && isInside && sizeOf(window.kernel) > 1 && sizeOf(value.shape) >= worthPlanes;
}

/** The pool of a channels-first tensor: along the last axis first, so that of equals the first in reading order wins. */
export function planesOfWindows(emit: Emitter, value: Value, window: Window): Planes {
  const [batch = 1, channels = 1, ...space] = value.shape;
  const whole = window.output.map((length, i) => length * (window.kernel[i] ?? 1));
  let pooled = cut(emit, value, [batch, channels, ...whole]);
  const steps: { readonly chosen: readonly Value[]; readonly shape: readonly number[] }[] = [];
  for (let axis = window.kernel.length - 1; axis >= 0; axis--) {
    const count = window.kernel[axis] ?? 1;
    if (count === 1) continue;
    const before = [batch, channels, ...whole.slice(0, axis)];
    const after = window.output.slice(axis + 1);
    const shape = [sizeOf(before) * (window.output[axis] ?? 1), count, sizeOf(after)];
    const parts = split(emit, emit.reshapeValue(pooled, shape), 1, count);
    const { maximum, chosen } = maximumOf(
      emit,
      parts.map((part) => flat(emit, part)),
    );
    steps.push({ chosen, shape });
    pooled = maximum;
  }
  const send = (dy: Value): Value => {
    let gradient = dy;
    for (const { chosen, shape } of [...steps].reverse()) {
      const [rows = 1, , rest = 1] = shape;
      const parts = shares(emit, flat(emit, gradient), chosen);
      const columns = parts.map((part) => emit.reshapeValue(part, [rows, 1, rest]));
      gradient = emit.graph.node("Concat", columns, shape, { axis: 1 });
    }
    return filledUp(emit, emit.reshapeValue(gradient, [batch, channels, ...whole]), space);
  };
  return { pooled: emit.reshapeValue(pooled, [batch, channels, ...window.output]), send };
}

/** In one axis: with a last axis of length 1 onnxruntime chooses element by element, 100 times as slowly. */
function flat(emit: Emitter, value: Value): Value {
  return emit.reshapeValue(value, [sizeOf(value.shape)]);
}

/** The first rows and columns only. */
function cut(emit: Emitter, value: Value, shape: readonly number[]): Value {
  if (sizeOf(shape) === sizeOf(value.shape)) return value;
  const [starts, ends, axes] = [shape.map(() => 0), shape, shape.map((_, i) => i)].map((list) =>
    emit.graph.integers(list),
  );
  return emit.graph.node("Slice", [value, starts, ends, axes], shape);
}

/** Zeros after the last rows and columns. */
function filledUp(emit: Emitter, value: Value, space: readonly number[]): Value {
  const missing = space.map((length, i) => length - (value.shape[i + 2] ?? 0));
  if (missing.every((amount) => amount === 0)) return value;
  const amounts = [...new Array<number>(value.shape.length + 2).fill(0), ...missing];
  const shape = [...value.shape.slice(0, 2), ...space];
  return emit.graph.node("Pad", [value, emit.graph.integers(amounts), emit.graph.scalar(0)], shape, {
    mode: "constant",
  });
}
