// ONNX files as plain objects, for those who change them: read, checked that nothing was lost in reading, and written. The schema is
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 as far as models of tensors need it. Used by compress.
import protobuf from "protobufjs/light.js";
import { invalid } from "../engine/invalid.js";

export interface OnnxTensor {
  name: string;
  dims: number[];
  /** 1 float32, 2 uint8, 3 int8, 6 int32, 7 int64, 9 bool, 10 float16, 11 float64. */
  dataType: number;
  rawData?: Uint8Array;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: number[];
  doubleData?: number[];
  dataLocation?: number;
}

export interface OnnxAttribute {
  name: string;
  /** 1 float, 2 int, 3 string, 4 tensor, 6 floats, 7 ints. */
  type: number;
  f?: number;
  i?: number;
  ints?: number[];
  [more: string]: unknown;
}

export interface OnnxNode {
  input: string[];
  output: string[];
  name?: string;
  opType: string;
  domain?: string;
  attribute: OnnxAttribute[];
}

export interface OnnxValue {
  name: string;
  type?: { tensorType?: { elemType: number; shape?: { dim: { dimValue?: number; dimParam?: string }[] } } };
}

export interface OnnxGraph {
  node: OnnxNode[];
  name: string;
  initializer: OnnxTensor[];
  input: OnnxValue[];
  output: OnnxValue[];
}

export interface OnnxFile {
  irVersion: number;
  opsetImport: { domain?: string; version: number }[];
  graph: OnnxGraph;
  metadataProps: { key: string; value: string }[];
}

const field = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ rule: "repeated", type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    Entry: { fields: { key: field("string", 1), value: field("string", 2) } },
    OperatorSetId: { fields: { domain: field("string", 1), version: field("int64", 2) } },
    Segment: { fields: { begin: field("int64", 1), end: field("int64", 2) } },
    Tensor: {
      fields: {
        dims: list("int64", 1),
        dataType: field("int32", 2),
        segment: field("Segment", 3),
        floatData: list("float", 4),
        int32Data: list("int32", 5),
        stringData: list("bytes", 6),
        int64Data: list("int64", 7),
        name: field("string", 8),
        rawData: field("bytes", 9),
        doubleData: list("double", 10),
        uint64Data: list("uint64", 11),
        docString: field("string", 12),
        externalData: list("Entry", 13),
        dataLocation: field("int32", 14),
        metadataProps: list("Entry", 16),
      },
    },
    Attribute: {
      fields: {
        name: field("string", 1),
        f: field("float", 2),
        i: field("int64", 3),
        s: field("bytes", 4),
        t: field("Tensor", 5),
        g: field("Graph", 6),
        floats: list("float", 7),
        ints: list("int64", 8),
        strings: list("bytes", 9),
        tensors: list("Tensor", 10),
        graphs: list("Graph", 11),
        docString: field("string", 13),
        type: field("int32", 20),
        refAttrName: field("string", 21),
      },
    },
    Node: {
      fields: {
        input: list("string", 1),
        output: list("string", 2),
        name: field("string", 3),
        opType: field("string", 4),
        attribute: list("Attribute", 5),
        docString: field("string", 6),
        domain: field("string", 7),
        overload: field("string", 8),
        metadataProps: list("Entry", 9),
      },
    },
    Dimension: {
      fields: { dimValue: field("int64", 1), dimParam: field("string", 2), denotation: field("string", 3) },
    },
    Shape: { fields: { dim: list("Dimension", 1) } },
    TensorType: { fields: { elemType: field("int32", 1), shape: field("Shape", 2) } },
    Type: { fields: { tensorType: field("TensorType", 1), denotation: field("string", 6) } },
    ValueInfo: {
      fields: {
        name: field("string", 1),
        type: field("Type", 2),
        docString: field("string", 3),
        metadataProps: list("Entry", 4),
      },
    },
    Annotation: { fields: { tensorName: field("string", 1), quantParameterTensorNames: list("Entry", 2) } },
    Graph: {
      fields: {
        node: list("Node", 1),
        name: field("string", 2),
        initializer: list("Tensor", 5),
        docString: field("string", 10),
        input: list("ValueInfo", 11),
        output: list("ValueInfo", 12),
        valueInfo: list("ValueInfo", 13),
        quantizationAnnotation: list("Annotation", 14),
        metadataProps: list("Entry", 16),
      },
    },
    Model: {
      fields: {
        irVersion: field("int64", 1),
        producerName: field("string", 2),
        producerVersion: field("string", 3),
        domain: field("string", 4),
        modelVersion: field("int64", 5),
        docString: field("string", 6),
        graph: field("Graph", 7),
        opsetImport: list("OperatorSetId", 8),
        metadataProps: list("Entry", 14),
      },
    },
  },
});
const Model = root.lookupType("Model");

/** @throws when the bytes are no ONNX model, or one with parts that would be lost */
export function decodeOnnx(bytes: Uint8Array, name = "file"): OnnxFile {
  let file: OnnxFile;
  try {
    const message = Model.decode(bytes);
    file = Model.toObject(message, { longs: Number, arrays: true }) as OnnxFile;
  } catch (error) {
    throw invalid(name, "an ONNX model", error instanceof Error ? error.message : error);
  }
  if (!file.graph || !file.opsetImport.length) throw invalid(name, "an ONNX model", `${bytes.length} other bytes`);
  if (file.graph.initializer.some(({ dataLocation }) => dataLocation === 1))
    throw invalid(name, "an ONNX model with its weights inside", "weights in another file");
  if (encodeOnnx(file).length !== bytes.length)
    throw invalid(name, "an ONNX model of tensors", "one with functions, sequences or sparse tensors");
  return file;
}

export function encodeOnnx(file: OnnxFile): Uint8Array {
  return Model.encode(Model.fromObject(file)).finish();
}

/** A float32 initializer's numbers, whichever way they are kept; undefined for other types. */
export function floatsOf(tensor: OnnxTensor): Float32Array | undefined {
  if (tensor.dataType !== 1) return undefined;
  if (tensor.rawData && tensor.rawData.length > 0) {
    // A copy: the bytes may begin anywhere.
    return new Float32Array(new Uint8Array(tensor.rawData).buffer);
  }
  return Float32Array.from(tensor.floatData ?? []);
}

/** @param type as `OnnxTensor.dataType` */
export function tensorOf(name: string, type: number, dims: readonly number[], values: ArrayBufferView): OnnxTensor {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: [...dims], dataType: type, rawData };
}

/** An attribute's whole number. */
export function intOf(node: OnnxNode, name: string, otherwise: number): number {
  return node.attribute.find((each) => each.name === name)?.i ?? otherwise;
}
