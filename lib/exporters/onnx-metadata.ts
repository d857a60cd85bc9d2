// What an ONNX file says about itself beside its graph. Reads the outermost fields only, so that it is quick for large files and
// works for those whose graphs onnx-file.ts would not keep whole. Called by serve.
import protobuf from "protobufjs/light.js";
import { invalid } from "../engine/invalid.js";

/** `metadata_props` of ModelProto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 */
const metadataField = 14;

/**
 * The metadata of an ONNX file, by key; empty where there is none.
 * @param name what the error calls the bytes
 * @throws when the bytes are no protobuf message
 */
export function onnxMetadata(bytes: Uint8Array, name = "file"): Readonly<Record<string, string>> {
  const metadata: Record<string, string> = {};
  try {
    const reader = protobuf.Reader.create(bytes);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 !== metadataField) {
        reader.skipType(tag & 7);
        continue;
      }
      const { key, value } = entry(reader, reader.uint32() + reader.pos);
      if (key !== "__proto__") metadata[key] = value;
    }
  } catch (error) {
    throw invalid(name, "an ONNX model", error instanceof Error ? error.message : error);
  }
  return metadata;
}

function entry(reader: protobuf.Reader, end: number): { key: string; value: string } {
  let [key, value] = ["", ""];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) value = reader.string();
    else reader.skipType(tag & 7);
  }
  return { key, value };
}
