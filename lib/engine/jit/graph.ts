// The graph that is being built: ONNX nodes over values with known shapes. Equal nodes are made once (hash-consing), so that
// lowerings may ask for the same transpose or reshape again and again. Built by the lowerings, rewritten by fuse.ts.

export type ElementType = "float32" | "float64" | "int32" | "int64" | "uint8" | "bool";

export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Node {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export type Elements = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

const maximumKeyedConstant = 64;

export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  readonly constants = new Map<Value, Elements>();
  private readonly producers = new Map<Value, Node>();
  private readonly known = new Map<string, readonly Value[]>();
  private count = 0;

  private fresh(prefix: string, shape: readonly number[], type: ElementType): Value {
    return { name: `${prefix}_${this.count++}`, shape: [...shape], type };
  }

  input(name: string, shape: readonly number[], type: ElementType): Value {
    const value = { name, shape: [...shape], type };
    this.inputs.push(value);
    return value;
  }

  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  constant(elements: Elements, shape: readonly number[], type: ElementType): Value {
    const key =
      elements.length <= maximumKeyedConstant ? `constant ${type} [${shape.join()}] ${elements.join()}` : undefined;
    const found = key === undefined ? undefined : this.known.get(key)?.[0];
    if (found !== undefined) return found;
    const value = this.fresh("constant", shape, type);
    this.constants.set(value, elements);
    if (key !== undefined) this.known.set(key, [value]);
    return value;
  }

  /** A 1-d int64 constant, as ONNX wants shapes, axes and indices. */
  integers(list: readonly number[]): Value {
    return this.constant(BigInt64Array.from(list, BigInt), [list.length], "int64");
  }

  /** A constant with one element and `rank` axes of length 1. */
  scalar(value: number, type: ElementType = "float32", rank = 0): Value {
    const shape = new Array<number>(rank).fill(1);
    if (type === "int64") return this.constant(BigInt64Array.of(BigInt(value)), shape, type);
    const elements =
      type === "float32"
        ? Float32Array.of(value)
        : type === "float64"
          ? Float64Array.of(value)
          : type === "int32"
            ? Int32Array.of(value)
            : Uint8Array.of(value);
    return this.constant(elements, shape, type);
  }

  /** Adds a node, or finds the equal one; `shapes` are its outputs' shapes, `types` their element types (default: the first input's). */
  nodes(
    operator: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly { readonly shape: readonly number[]; readonly type: ElementType }[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = "",
  ): readonly Value[] {
    const key = `${domain}.${operator}(${inputs.map((value) => value?.name ?? "").join()})${JSON.stringify(attributes)}${outputs.map((o) => o.type).join()}`;
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const values = outputs.map(({ shape, type }) => this.fresh(operator, shape, type));
    const node: Node = { operator, domain, inputs, outputs: values, attributes };
    for (const value of values) this.producers.set(value, node);
    this.known.set(key, values);
    return values;
  }

  /** As `nodes`, for the usual node with one output. */
  node(
    operator: string,
    inputs: readonly (Value | undefined)[],
    shape: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
    type: ElementType = inputs[0]?.type ?? "float32",
    domain = "",
  ): Value {
    const [value] = this.nodes(operator, inputs, [{ shape, type }], attributes, domain);
    if (value === undefined) throw new Error(`invalid node; expected an output: ${operator}`);
    return value;
  }

  producer(value: Value): Node | undefined {
    return this.producers.get(value);
  }

  /** The nodes that the outputs need, each after the nodes it needs. */
  live(): readonly Node[] {
    const order: Node[] = [];
    const seen = new Set<Node>();
    const pending: { node: Node; done: boolean }[] = [];
    const push = (value: Value | undefined): void => {
      const node = value === undefined ? undefined : this.producers.get(value);
      if (node !== undefined && !seen.has(node)) pending.push({ node, done: false });
    };
    for (const { value } of this.outputs) {
      push(value);
      for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
        if (top.done) {
          order.push(top.node);
          continue;
        }
        if (seen.has(top.node)) continue;
        seen.add(top.node);
        pending.push({ node: top.node, done: true });
        for (const input of [...top.node.inputs].reverse()) push(input);
      }
    }
    return order;
  }

  /** How many nodes and outputs use each value. */
  uses(): ReadonlyMap<Value, number> {
    const uses = new Map<Value, number>();
    const count = (value: Value | undefined): void => {
      if (value !== undefined) uses.set(value, (uses.get(value) ?? 0) + 1);
    };
    for (const node of this.live()) for (const input of node.inputs) count(input);
    for (const { value } of this.outputs) count(value);
    return uses;
  }

  /** Replaces the node that produces `value`; the value keeps its name and users. */
  replace(
    value: Value,
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes: Node["attributes"],
    domain = "",
  ): void {
    const node = this.producers.get(value);
    if (node === undefined) throw new Error(`invalid value; expected a node's output: ${value.name}`);
    this.producers.set(value, { operator, domain, inputs, outputs: [value], attributes });
  }

  /** Replaces the node that produces `value` by what it always produces. */
  know(value: Value, elements: Elements): void {
    this.producers.delete(value);
    this.constants.set(value, elements);
  }
}
