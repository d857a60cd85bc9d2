// Writes a graph as an ONNX model (protobuf). The schema is the part of onnx.proto that is written here, with its field numbers:
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. Called by compiled-graph.ts.
import protobuf from "protobufjs/light.js";
import { onnxType } from "./emitter.js";
import type { Attribute, Elements, Graph, Node, Value } from "./graph.js";

const irVersion = 9;
/** The version of ONNX's operators that lowerings write. */
export const opset = 18;

const field = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ rule: "repeated", type, id });

const schema = protobuf.Root.fromJSON({
  nested: {
    Entry: { fields: { key: field("string", 1), value: field("string", 2) } },
    OperatorSetId: { fields: { domain: field("string", 1), version: field("int64", 2) } },
    Attribute: {
      fields: {
        name: field("string", 1),
        f: field("float", 2),
        i: field("int64", 3),
        s: field("bytes", 4),
        ints: list("int64", 8),
        type: field("int32", 20),
      },
    },
    Node: {
      fields: {
        input: list("string", 1),
        output: list("string", 2),
        name: field("string", 3),
        opType: field("string", 4),
        attribute: list("Attribute", 5),
        domain: field("string", 7),
      },
    },
    Tensor: {
      fields: {
        dims: list("int64", 1),
        dataType: field("int32", 2),
        name: field("string", 8),
        rawData: field("bytes", 9),
      },
    },
    Dimension: { fields: { dimValue: field("int64", 1), dimParam: field("string", 2) } },
    Shape: { fields: { dim: list("Dimension", 1) } },
    TensorType: { fields: { elemType: field("int32", 1), shape: field("Shape", 2) } },
    Type: { fields: { tensorType: field("TensorType", 1) } },
    ValueInfo: { fields: { name: field("string", 1), type: field("Type", 2) } },
    Graph: {
      fields: {
        node: list("Node", 1),
        name: field("string", 2),
        initializer: list("Tensor", 5),
        input: list("ValueInfo", 11),
        output: list("ValueInfo", 12),
      },
    },
    Model: {
      fields: {
        irVersion: field("int64", 1),
        producerName: field("string", 2),
        producerVersion: field("string", 3),
        graph: field("Graph", 7),
        opsetImport: list("OperatorSetId", 8),
        metadataProps: list("Entry", 14),
      },
    },
  },
});
const Model = schema.lookupType("Model");

function attribute(name: string, value: Attribute): Record<string, unknown> {
  if (typeof value === "number") return { name, type: 2, i: value };
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if ("float" in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: value };
}

type NameOf = (value: Value | undefined) => string;

function node(each: Node, used: (value: Value) => boolean, nameOf: NameOf): Record<string, unknown> {
  // A max pool without its indices is faster; other operators have all their outputs.
  const last = each.operator === "MaxPool" ? each.outputs.findLastIndex(used) : each.outputs.length - 1;
  return {
    opType: each.operator,
    domain: each.domain,
    name: each.outputs[0]?.name ?? "",
    input: each.inputs.map(nameOf),
    output: each.outputs.slice(0, last + 1).map(nameOf),
    attribute: Object.entries(each.attributes).map(([name, value]) => attribute(name, value)),
  };
}

function valueInfo(name: string, { shape, type }: Value, axes?: AxisNames): Record<string, unknown> {
  const dim = shape.map((dimValue, axis) => {
    const dimParam = axes?.get(axis);
    return dimParam === undefined ? { dimValue } : { dimParam };
  });
  return { name, type: { tensorType: { elemType: onnxType[type], shape: { dim } } } };
}

function initializer({ name, shape, type }: Value, elements: Elements): Record<string, unknown> {
  const rawData = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  return { name, dims: shape, dataType: onnxType[type], rawData };
}

/** Names of the axes whose length is not fixed. */
export type AxisNames = ReadonlyMap<number, string>;

/** What a model file says besides its graph. */
export interface ModelNotes {
  /** Of the graph; default "step". */
  readonly name?: string;
  readonly producerVersion?: string;
  /** The model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** By the name of an input or output; axes that are not there have the length that the graph says. */
  readonly axes?: ReadonlyMap<string, AxisNames>;
}

/** The bytes of the model: only what the outputs need, inputs in their order. */
export function encodeModel(graph: Graph, notes: ModelNotes = {}): Uint8Array {
  const uses = graph.uses();
  const used = (value: Value): boolean => uses.has(value);
  // A node's result that is an output takes the output's name; an input or a constant, or a second output of the same value, is copied.
  const renamed = new Map<Value, string>();
  const copies: { name: string; value: Value }[] = [];
  for (const output of graph.outputs) {
    if (graph.producer(output.value) === undefined || renamed.has(output.value)) copies.push(output);
    else renamed.set(output.value, output.name);
  }
  const nameOf: NameOf = (value) => (value === undefined ? "" : (renamed.get(value) ?? value.name));
  const nodes = graph.live().map((each) => node(each, used, nameOf));
  const named = copies.map(({ name, value }) => ({
    opType: "Identity",
    name: `copy ${name}`,
    input: [nameOf(value)],
    output: [name],
  }));
  const domains = new Set(graph.live().map((each) => each.domain));
  const opsetImport = [...domains].filter((domain) => domain !== "").map((domain) => ({ domain, version: 1 }));
  const message = Model.fromObject({
    irVersion,
    producerName: "cellgrad",
    ...(notes.producerVersion === undefined ? {} : { producerVersion: notes.producerVersion }),
    metadataProps: Object.entries(notes.metadata ?? {}).map(([key, value]) => ({ key, value })),
    opsetImport: [{ domain: "", version: opset }, ...opsetImport],
    graph: {
      name: notes.name ?? "step",
      node: [...nodes, ...named],
      initializer: [...graph.constants]
        .filter(([value]) => used(value))
        .map(([value, elements]) => initializer(value, elements)),
      input: graph.inputs.filter(used).map((value) => valueInfo(value.name, value, notes.axes?.get(value.name))),
      output: graph.outputs.map(({ name, value }) => valueInfo(name, value, notes.axes?.get(name))),
    },
  });
  return Model.encode(message).finish();
}
