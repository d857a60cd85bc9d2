// What a lowering works with: tensors that know in which axis order they are stored and where they are only implicitly broadcast,
// and the ONNX nodes that bring them into the order or shape that an operator wants. Transposes appear only where orders differ.
import type * as tf from "@tensorflow/tfjs";
import { type ElementType, type Graph, sameShape, sizeOf, type Value } from "./graph.js";
import type { PoolPlan } from "./phases.js";
import type { KernelCall, TensorReference } from "./recording.js";

/**
 * A tfjs tensor in the graph. Stored axis p of `value` holds tfjs axis `order[p]` (so an NHWC tensor stored as NCHW has the order
 * [0, 3, 1, 2]); a stored length of 1 where `shape` says more stands for repetition.
 */
export interface Lowered {
  readonly value: Value;
  readonly shape: readonly number[];
  readonly order: readonly number[];
  /**
   * Set where image positions are stored as channels (see phases.ts): with phases [p, q] an NHWC tensor is stored as
   * [N, p·q·C, H/p, W/q], and `order` is the one of channels-first storage.
   */
  readonly phases?: readonly [number, number];
  /** The tensor is `value` times this, a small tensor that broadcasts; see lowerings/factor.ts. Lowerings see it multiplied out. */
  readonly factor?: Lowered;
}

/** A gradient that a max pool sent back to the elements it chose, and how to send another one the same way. */
export interface Unpooled {
  /** The pool's stored input and result. */
  readonly source: Value;
  readonly pooled: Value;
  readonly dy: Value;
  /** For a gradient that is zero wherever the pool's result is not positive, if the pool's input is a ReLU's result. */
  readonly send: (dy: Value) => Lowered;
}

/** Turns one recorded kernel call into nodes; one result for each output of the kernel. */
export type Lowering = (call: KernelCall, emit: Emitter) => Lowered | readonly Lowered[];

/** Thrown by a lowering that can't express what the kernel was asked; the message says what. */
export class NotLowerable extends Error {
  override readonly name = "NotLowerable";
}

export function identity(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

export function sameOrder(a: readonly number[], b: readonly number[]): boolean {
  return sameShape(a, b);
}

const elementTypes: Partial<Record<tf.DataType, ElementType>> = { float32: "float32", int32: "int32", bool: "bool" };

export function elementType(dtype: tf.DataType): ElementType {
  const type = elementTypes[dtype];
  if (type === undefined) throw new NotLowerable(`a ${dtype} tensor`);
  return type;
}

export class Emitter {
  private readonly tensors = new Map<object, Lowered>();
  /** The order in which an input of the graph would best be stored, asked for by the operators that use it. */
  readonly wishes = new Map<Value, readonly number[]>();

  /** By the stored result of a max pool's gradient. */
  readonly unpooled = new Map<Value, Unpooled>();

  constructor(
    readonly graph: Graph,
    readonly pools: PoolPlan = { phases: new Map(), differentiated: new Set() },
    /** Channels in a block of onnxruntime's blocked storage, where it has one. */
    readonly block?: number,
  ) {}

  define(id: object, lowered: Lowered): void {
    this.tensors.set(id, lowered);
  }

  has(id: object): boolean {
    return this.tensors.has(id);
  }

  /** The tensor with the shape under which the kernel saw it (a view may have another one than the data it looks at). */
  resolve(reference: TensorReference): Lowered {
    return this.gathered(this.resolveRaw(reference));
  }

  private resolveRaw(reference: TensorReference): Lowered {
    const found = this.multipliedOut(this.find(reference));
    return sameShape(found.shape, reference.shape) ? found : this.reshape(this.gathered(found), reference.shape);
  }

  private find(reference: TensorReference): Lowered {
    const found = this.tensors.get(reference.id);
    if (found === undefined) throw new NotLowerable(`a tensor of unknown origin (shape [${reference.shape.join()}])`);
    return found;
  }

  /** The tensor without a factor. */
  multipliedOut({ factor, ...base }: Lowered): Lowered {
    if (factor === undefined) return base;
    return this.elementwise([base, factor], base.shape, (values, shape) => this.graph.node("Mul", values, shape));
  }

  /** An input as it is stored, perhaps in phases; for lowerings that can work on them. */
  raw(call: KernelCall, name: string): Lowered {
    return this.resolveRaw(this.reference(call, name));
  }

  /** As `raw`, perhaps with a factor; for lowerings that can work on the rest. */
  factored(call: KernelCall, name: string): Lowered {
    const reference = this.reference(call, name);
    const found = this.find(reference);
    return sameShape(found.shape, reference.shape) ? found : this.resolveRaw(reference);
  }

  reference(call: KernelCall, name: string): TensorReference {
    const given = call.inputs[name];
    const first = Array.isArray(given) ? given[0] : given;
    if (first === undefined) throw new NotLowerable(`${call.kernel} without its input ${name}`);
    return first as TensorReference;
  }

  /** The tensor without phases. */
  gathered(tensor: Lowered): Lowered {
    if (tensor.phases === undefined) return tensor;
    const [p, q] = tensor.phases;
    const [batch = 1, , height = 1, width = 1] = tensor.value.shape;
    const [, rows = 1, columns = 1, channels = 1] = tensor.shape;
    const split = this.reshapeValue(tensor.value, [batch, p, q, channels, height, width]);
    const joined = this.transpose(split, [0, 3, 4, 1, 5, 2]);
    return {
      value: this.reshapeValue(joined, [batch, channels, rows, columns]),
      shape: tensor.shape,
      order: tensor.order,
    };
  }

  input(call: KernelCall, name: string): Lowered {
    const found = this.optional(call, name);
    if (found === undefined) throw new NotLowerable(`${call.kernel} without its input ${name}`);
    return found;
  }

  optional(call: KernelCall, name: string): Lowered | undefined {
    const given = call.inputs[name];
    if (given === undefined) return undefined;
    const first = Array.isArray(given) ? given[0] : given;
    return first === undefined ? undefined : this.resolve(first as TensorReference);
  }

  /** All inputs of a kernel that takes a list (Concat, Pack, AddN), in order. */
  list(call: KernelCall): Lowered[] {
    return Object.values(call.inputs)
      .flat()
      .map((reference: TensorReference) => this.resolve(reference));
  }

  /** A value stored in tfjs's own axis order. */
  plain(value: Value, shape: readonly number[] = value.shape): Lowered {
    return { value, shape, order: identity(shape.length) };
  }

  stored(value: Value, order: readonly number[]): Lowered {
    const shape = new Array<number>(order.length).fill(1);
    for (const [position, axis] of order.entries()) shape[axis] = value.shape[position] ?? 1;
    return { value, shape, order };
  }

  /** Repeats one number over a shape without writing it out. */
  splat(value: number, shape: readonly number[], type: ElementType): Lowered {
    return this.plain(this.graph.scalar(value, type, shape.length), shape);
  }

  /** `value` with its axes permuted as ONNX's Transpose does; axes of length 1 cost a reshape only. */
  transpose(value: Value, permutation: readonly number[]): Value {
    const shape = permutation.map((axis) => value.shape[axis] ?? 1);
    if (sameOrder(permutation, identity(permutation.length))) return value;
    const long = permutation.filter((axis) => value.shape[axis] !== 1);
    if (long.every((axis, i) => i === 0 || axis > (long[i - 1] ?? -1))) return this.reshapeValue(value, shape);
    const before = this.graph.producer(value);
    if (before?.operator === "Transpose") {
      const [source] = before.inputs;
      const inner = before.attributes.perm;
      if (source !== undefined && Array.isArray(inner))
        return this.transpose(
          source,
          permutation.map((axis) => Number(inner[axis])),
        );
    }
    return this.graph.node("Transpose", [value], shape, { perm: permutation });
  }

  /** The first two axes change places. Whole images move, so it starts from the value as it is, also where that is transposed itself. */
  exchange(value: Value): Value {
    const [first = 1, second = 1, ...rest] = value.shape;
    if (first === 1 || second === 1) return this.reshapeValue(value, [second, first, ...rest]);
    const perm = [1, 0, ...identity(rest.length).map((axis) => axis + 2)];
    return this.graph.node("Transpose", [value], [second, first, ...rest], { perm });
  }

  reshapeValue(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    if (sizeOf(value.shape) !== sizeOf(shape))
      throw new Error(`invalid shape; expected ${sizeOf(value.shape)} elements: [${shape.join()}]`);
    const before = this.graph.producer(value);
    const source = before?.operator === "Reshape" ? (before.inputs[0] ?? value) : value;
    if (sameShape(source.shape, shape)) return source;
    return this.graph.node("Reshape", [source, this.graph.integers(shape)], shape);
  }

  /** The tensor stored in `order`, perhaps still implicitly broadcast. */
  place(tensor: Lowered, order: readonly number[]): Value {
    return this.transpose(
      tensor.value,
      order.map((axis) => tensor.order.indexOf(axis)),
    );
  }

  /** As `place`, for an operator that would like an input of the graph to be stored so from the start (a convolution's filter). */
  prefer(tensor: Lowered, order: readonly number[]): Value {
    if (this.graph.inputs.includes(tensor.value) && !this.wishes.has(tensor.value))
      this.wishes.set(tensor.value, order);
    return this.place(tensor, order);
  }

  /** The tensor stored in `order` with every element written out. */
  full(tensor: Lowered, order: readonly number[] = identity(tensor.shape.length)): Value {
    const value = this.place(tensor, order);
    const shape = order.map((axis) => tensor.shape[axis] ?? 1);
    if (sameShape(value.shape, shape)) return value;
    return this.graph.node("Expand", [value, this.graph.integers(shape)], shape);
  }

  isBroadcast(tensor: Lowered): boolean {
    return sizeOf(tensor.value.shape) !== sizeOf(tensor.shape);
  }

  reshape(tensor: Lowered, shape: readonly number[]): Lowered {
    if (sameShape(tensor.shape, shape)) return tensor;
    if (sizeOf(tensor.value.shape) === 1)
      return this.plain(this.reshapeValue(tensor.value, new Array<number>(shape.length).fill(1)), shape);
    const kept = this.reshapeInPlace(tensor, shape);
    if (kept !== undefined) return kept;
    return this.plain(this.reshapeValue(this.full(tensor), shape));
  }

  /** A reshape that only adds or takes away axes of length 1 keeps the order and what is implicit. */
  private reshapeInPlace(tensor: Lowered, shape: readonly number[]): Lowered | undefined {
    const long = (lengths: readonly number[]): number[] =>
      identity(lengths.length).filter((axis) => lengths[axis] !== 1);
    const from = long(tensor.shape);
    const to = long(shape);
    if (
      !sameShape(
        from.map((axis) => tensor.shape[axis] ?? 1),
        to.map((axis) => shape[axis] ?? 1),
      )
    )
      return undefined;
    const moved = tensor.order.filter((axis) => tensor.shape[axis] !== 1).map((axis) => to[from.indexOf(axis)] ?? 0);
    // New axes of length 1 go where they are in tfjs's order when nothing was permuted, else to the front.
    const rest = identity(shape.length).filter((axis) => !to.includes(axis));
    const sorted = moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? -1));
    const order = sorted ? identity(shape.length) : [...rest, ...moved];
    const lengths = order.map((axis) => {
      const old = from[to.indexOf(axis)];
      return old === undefined ? 1 : (tensor.value.shape[tensor.order.indexOf(old)] ?? 1);
    });
    return { value: this.reshapeValue(tensor.value, lengths), shape: [...shape], order };
  }

  cast(value: Value, type: ElementType): Value {
    return value.type === type ? value : this.graph.node("Cast", [value], value.shape, { to: onnxType[type] }, type);
  }

  /** The tensor with another element type. */
  typed(tensor: Lowered, type: ElementType): Lowered {
    return { ...tensor, value: this.cast(tensor.value, type) };
  }

  /**
   * An elementwise operator over tensors that broadcast to `shape`. The result is stored in the order of the largest operand, and
   * stays implicit where all operands are.
   */
  elementwise(
    operands: readonly Lowered[],
    shape: readonly number[],
    apply: (values: readonly Value[], shape: readonly number[]) => Value,
  ): Lowered {
    const rank = shape.length;
    const phased = operands.find((operand) => operand.phases !== undefined);
    if (phased !== undefined) {
      const result = this.elementwiseInPhases(operands, phased, shape, apply);
      return (
        result ??
        this.elementwise(
          operands.map((operand) => this.gathered(operand)),
          shape,
          apply,
        )
      );
    }
    let order: readonly number[] = identity(rank);
    let size = -1;
    for (const operand of operands) {
      const elements = sizeOf(operand.value.shape);
      if (operand.shape.length === rank && elements > size && elements > 1) {
        order = operand.order;
        size = elements;
      }
    }
    const values = operands.map((operand) =>
      sizeOf(operand.value.shape) === 1 ? this.reshapeValue(operand.value, []) : this.aligned(operand, order),
    );
    const stored = order.map((_, position) =>
      Math.max(...values.map((value) => value.shape[position - (rank - value.shape.length)] ?? 1)),
    );
    // Where all operands are single numbers, or lack leading axes, the result has those axes only after a reshape.
    const present = Math.max(...values.map((value) => value.shape.length));
    const result = this.applySqueezed(values, stored.slice(rank - present), apply);
    return { value: this.reshapeValue(result, stored), shape: [...shape], order };
  }

  /** Axes of length 1 that only a reshape brought in are left out, so that the reshapes before and after meet and vanish. */
  private applySqueezed(
    values: readonly Value[],
    stored: readonly number[],
    apply: (values: readonly Value[], shape: readonly number[]) => Value,
  ): Value {
    const long = identity(stored.length).filter((position) => stored[position] !== 1);
    const isReshaped = (value: Value): boolean => this.graph.producer(value)?.operator === "Reshape";
    if (long.length === stored.length || !values.some(isReshaped)) return apply(values, stored);
    const squeezed = values.map((value) => {
      const missing = stored.length - value.shape.length;
      const kept = long.filter((position) => position >= missing);
      return this.reshapeValue(
        value,
        kept.map((position) => value.shape[position - missing] ?? 1),
      );
    });
    return this.reshapeValue(
      apply(
        squeezed,
        long.map((position) => stored[position] ?? 1),
      ),
      stored,
    );
  }

  /** As `elementwise`, without leaving the phases; undefined when another operand has space axes that are stored otherwise. */
  private elementwiseInPhases(
    operands: readonly Lowered[],
    { phases = [1, 1], order, value: stored }: Lowered,
    shape: readonly number[],
    apply: (values: readonly Value[], shape: readonly number[]) => Value,
  ): Lowered | undefined {
    const values: Value[] = [];
    for (const operand of operands) {
      if (operand.phases !== undefined) {
        if (operand.phases.join() !== phases.join() || !sameShape(operand.value.shape, stored.shape)) return undefined;
        values.push(operand.value);
        continue;
      }
      if (sizeOf(operand.value.shape) === 1) {
        values.push(this.reshapeValue(operand.value, []));
        continue;
      }
      const placed = this.aligned(operand, order);
      const [batch = 1, channels = 1, ...space] = placed.shape;
      if (batch !== 1 || sizeOf(space) !== 1) return undefined;
      const repeated = phases[0] * phases[1];
      const vector = this.reshapeValue(placed, [channels]);
      const tiled = this.graph.node("Tile", [vector, this.graph.integers([repeated])], [channels * repeated]);
      values.push(this.reshapeValue(tiled, [channels * repeated, 1, 1]));
    }
    return { value: apply(values, stored.shape), shape: [...shape], order, phases };
  }

  /** The operand stored in `order`; leading axes may be missing where nothing is permuted, as ONNX broadcasts like NumPy. */
  private aligned(operand: Lowered, order: readonly number[]): Value {
    const missing = order.length - operand.shape.length;
    if (missing === 0) return this.place(operand, order);
    if (sameOrder(order, identity(order.length)) && sameOrder(operand.order, identity(operand.shape.length)))
      return operand.value;
    const lengths = [...new Array<number>(missing).fill(1), ...operand.shape];
    const padded: Lowered = {
      value: this.reshapeValue(operand.value, [...new Array<number>(missing).fill(1), ...operand.value.shape]),
      shape: lengths,
      order: [...identity(missing), ...operand.order.map((axis) => axis + missing)],
    };
    return this.place(padded, order);
  }
}

/** ONNX TensorProto.DataType numbers, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
export const onnxType: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};
