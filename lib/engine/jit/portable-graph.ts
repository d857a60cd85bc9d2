// A forward pass as one graph for batches of any size. A recording knows one size only, so two are made, with batches of different
// sizes, and laid over each other: what differs between them depends on the batch, and is computed from it in the graph. Called by
// exporters.
import * as tf from "@tensorflow/tfjs";
import type { Prediction } from "./compile-inference.js";
import { foldKnown } from "./fold-known.js";
import { type ElementType, Graph, type Node, sameShape, type Value } from "./graph.js";
import { lower } from "./lower.js";
import type { AxisNames } from "./onnx-model.js";
import { record, referenceTo } from "./recording.js";

/** One input of the function; the batch is its first axis. */
export interface PortableInput {
  readonly name: string;
  /** Without the batch. */
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  /** What comes before the function in the graph, which then takes this instead. */
  readonly before?: {
    /** Without the batch. */
    readonly shape: readonly number[];
    readonly type: ElementType;
    /** From [batch, …shape] to [batch, …] as the function takes it. */
    nodes(graph: Graph, value: Value): Value;
  };
}

export interface PortableGraph {
  readonly graph: Graph;
  /** By input and output: the axes that have the batch's length. */
  readonly axes: ReadonlyMap<string, AxisNames>;
}

/** Thrown where a function can't become a graph for any batch; the message says why. */
export class NotPortable extends Error {
  override readonly name = "NotPortable";
}

/** Primes, so that no other length is taken for the batch's. */
const batches = [7, 11] as const;

/**
 * Records `predict` twice, on zeros. Weights become constants of the graph.
 * @param outputs names for the tensors that the function returns
 * @throws NotPortable when a kernel has no lowering, or what the function does depends on the batch in a way that a graph can't say
 */
export function portableGraph(
  predict: Prediction,
  inputs: readonly PortableInput[],
  outputs: readonly string[],
): PortableGraph {
  const [small, large] = batches.map((batch) => recordedGraph(predict, inputs, outputs, batch)) as [Graph, Graph];
  return new Overlay(small, large, inputs).merged();
}

function recordedGraph(
  predict: Prediction,
  inputs: readonly PortableInput[],
  outputs: readonly string[],
  batch: number,
): Graph {
  const tensors = inputs.map(({ shape, dtype }) => tf.zeros([batch, ...shape], dtype));
  const made: tf.Tensor[] = [...tensors];
  try {
    const sources = new Set<object>(tensors.map(({ dataId }) => dataId));
    const recording = record(() => tf.tidy(() => [predict(...tensors)].flat() as tf.Tensor[]), sources);
    const results = recording.result;
    made.push(...results);
    if (results.length !== outputs.length)
      throw new NotPortable(`${results.length} outputs; expected ${outputs.length}`);
    if (recording.obstacle !== undefined) throw new NotPortable(recording.obstacle);
    if (recording.random.size > 0) throw new NotPortable("the function draws random numbers");
    const port = (names: readonly string[]) => (tensor: tf.Tensor, i: number) => ({
      name: names[i] ?? `${i}`,
      tensor: referenceTo(tensor),
    });
    const names = inputs.map(({ name }) => name);
    return lower(recording, tensors.map(port(names)), results.map(port(outputs))).graph;
  } catch (error) {
    if (error instanceof Error && error.name === "NotLowerable")
      throw new NotPortable(`no lowering for ${error.message}`);
    throw error;
  } finally {
    for (const tensor of new Set(made)) if (!(tensor instanceof tf.Variable)) tensor.dispose();
  }
}

/** A whole number that depends on the batch: `factor` · batch + `rest`. */
interface Length {
  readonly factor: number;
  readonly rest: number;
}

/** How the number is made from the batch, or undefined. */
function lengthOf(small: number, large: number): Length | undefined {
  const [a, b] = batches;
  const factor = (large - small) / (b - a);
  return Number.isInteger(factor) ? { factor, rest: small - factor * a } : undefined;
}

/** Two graphs of the same structure, and the one that stands for both. */
class Overlay {
  private readonly graph = new Graph();
  private readonly known = new Map<Value, Map<Value, Value>>();
  private readonly inputs = new Map<string, Value>();
  private batch: Value | undefined;

  constructor(
    private readonly small: Graph,
    private readonly large: Graph,
    given: readonly PortableInput[],
  ) {
    for (const { name, shape, type } of small.inputs) {
      const before = given.find((input) => input.name === name)?.before;
      const own = before ? { shape: [batches[0], ...before.shape], type: before.type } : { shape, type };
      const input = this.graph.input(name, own.shape, own.type);
      this.inputs.set(name, before ? before.nodes(this.graph, input) : input);
    }
  }

  merged(): PortableGraph {
    const axes = new Map<string, AxisNames>();
    const noteAxes = (name: string, a: Value, b: Value) => {
      const own = new Map<number, string>();
      a.shape.forEach((length, axis) => {
        if (length === b.shape[axis]) return;
        const { factor, rest } = lengthOf(length, b.shape[axis] ?? 0) ?? { factor: 0, rest: 0 };
        own.set(axis, factor === 1 && rest === 0 ? "batch" : `${name}_${axis}`);
      });
      axes.set(name, own);
    };
    for (const { name } of this.small.inputs) axes.set(name, new Map([[0, "batch"]]));
    this.small.outputs.forEach(({ name, value }, i) => {
      const other = this.large.outputs[i]?.value;
      if (other === undefined) throw new NotPortable("the number of outputs depends on the batch");
      noteAxes(name, value, other);
      this.graph.output(name, this.value(value, other));
    });
    foldKnown(this.graph);
    return { graph: this.graph, axes };
  }

  private value(small: Value, large: Value): Value {
    const found = this.known.get(small)?.get(large);
    if (found !== undefined) return found;
    const producer = this.small.producer(small);
    const other = this.large.producer(large);
    if (producer !== undefined && other !== undefined) {
      this.node(producer, other);
      const made = this.known.get(small)?.get(large);
      if (made !== undefined) return made;
    }
    if (producer !== undefined || other !== undefined) throw different();
    const input = this.inputs.get(small.name);
    if (input !== undefined) return small.name === large.name ? input : this.refuse();
    return this.remember(small, large, this.constant(small, large));
  }

  private refuse(): never {
    throw different();
  }

  private remember(small: Value, large: Value, value: Value): Value {
    const others = this.known.get(small) ?? new Map<Value, Value>();
    this.known.set(small, others.set(large, value));
    return value;
  }

  private node(small: Node, large: Node): void {
    const same =
      small.operator === large.operator &&
      small.domain === large.domain &&
      small.inputs.length === large.inputs.length &&
      JSON.stringify(small.attributes) === JSON.stringify(large.attributes);
    if (!same) throw different();
    const inputs = small.inputs.map((input, i) => {
      const other = large.inputs[i];
      if (input === undefined || other === undefined) return input === other ? undefined : this.refuse();
      if (small.operator === "Reshape" && i === 1) return this.reshapeTo(input, other);
      return this.value(input, other);
    });
    const outputs = this.graph.nodes(small.operator, inputs, small.outputs, small.attributes, small.domain);
    small.outputs.forEach((output, i) => {
      const [made, other] = [outputs[i], large.outputs[i]];
      if (made !== undefined && other !== undefined) this.remember(output, other, made);
    });
  }

  /** A single length that depends on the batch is the one that Reshape finds by itself. */
  private reshapeTo(small: Value, large: Value): Value {
    const [a, b] = [this.integersOf(this.small, small), this.integersOf(this.large, large)];
    if (a?.length !== b?.length || a === undefined || b === undefined) throw different();
    const changing = a.flatMap((length, axis) => (length === b[axis] ? [] : [axis]));
    if (changing.length !== 1) return this.value(small, large);
    return this.graph.integers(a.map((length, axis) => (axis === changing[0] ? -1 : length)));
  }

  private integersOf(graph: Graph, value: Value): number[] | undefined {
    const elements = graph.constants.get(value);
    return elements === undefined ? undefined : Array.from(elements as ArrayLike<number | bigint>, Number);
  }

  private constant(small: Value, large: Value): Value {
    const a = this.small.constants.get(small);
    const b = this.large.constants.get(large);
    if (a === undefined || b === undefined || small.type !== large.type) throw different();
    if (sameShape(small.shape, large.shape)) {
      if (a.length === b.length && a.every((element, i) => element === b[i]))
        return this.graph.constant(a, small.shape, small.type);
      if (small.shape.length === 1 && (small.type === "int64" || small.type === "int32"))
        return this.lengths(Array.from(a, Number), Array.from(b, Number), small.type);
      throw new NotPortable("numbers of the graph depend on the size of the batch");
    }
    return this.repeated(small, large);
  }

  /** A list of whole numbers, some of which depend on the batch. */
  private lengths(small: readonly number[], large: readonly number[], type: ElementType): Value {
    const parts = small.map((length, i) => {
      const other = large[i] ?? length;
      if (length === other) return this.graph.integers([length]);
      const found = lengthOf(length, other);
      if (found === undefined) throw new NotPortable("a length is no multiple of the batch");
      return this.length(found);
    });
    const [first] = parts;
    const list =
      parts.length === 1 && first !== undefined ? first : this.graph.node("Concat", parts, [parts.length], { axis: 0 });
    return type === "int64" ? list : this.graph.node("Cast", [list], [parts.length], { to: 6 }, "int32");
  }

  /** [factor · batch + rest] */
  private length({ factor, rest }: Length): Value {
    const [first] = this.graph.inputs;
    if (first === undefined) throw new NotPortable("a function without inputs");
    this.batch ??= this.graph.node("Shape", [first], [1], { start: 0, end: 1 }, "int64");
    const multiple =
      factor === 1 ? this.batch : this.graph.node("Mul", [this.batch, this.graph.integers([factor])], [1]);
    return rest === 0 ? multiple : this.graph.node("Add", [multiple, this.graph.integers([rest])], [1]);
  }

  /** A constant with an axis of the batch's length, along which it is the same everywhere. */
  private repeated(small: Value, large: Value): Value {
    const axes = small.shape.flatMap((length, axis) => (length === large.shape[axis] ? [] : [axis]));
    const [axis = 0] = axes;
    const elements = this.small.constants.get(small);
    const length = small.shape[axis] ?? 1;
    if (axes.length !== 1 || small.shape.length !== large.shape.length || elements === undefined) throw different();
    const inner = small.shape.slice(axis + 1).reduce((product, each) => product * each, 1);
    const block = inner * length;
    const slices = Array.from({ length: elements.length / block }, (_, outer) =>
      elements.slice(outer * block, outer * block + inner),
    );
    const isRepeated = elements.every((element, i) => element === slices[Math.floor(i / block)]?.[i % inner]);
    if (!isRepeated) throw new NotPortable("a tensor of the graph depends on the size of the batch");
    const one = elements.slice(0, slices.length * inner);
    slices.forEach((slice, outer) => {
      (one as Float32Array).set(slice as Float32Array, outer * inner);
    });
    const shape = small.shape.map((each, i) => (i === axis ? 1 : each));
    const target = this.lengths([...small.shape], [...large.shape], "int64");
    return this.graph.node("Expand", [this.graph.constant(one, shape, small.type), target], small.shape);
  }
}

function different(): NotPortable {
  return new NotPortable("what it computes depends on the size of the batch");
}
