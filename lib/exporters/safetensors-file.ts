// The safetensors format: a JSON header, then the numbers. https://github.com/huggingface/safetensors#format. Files may come from
// anywhere: whatever they claim is checked. Used by safetensors.ts.
import { invalid } from "../engine/invalid.js";

export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** As the reference implementation. */
const longestHeader = 100_000_000;

/** The bytes of a file. @param metadata texts by name */
export function encodeSafetensors(
  tensors: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    const dtype = values instanceof Float32Array ? "F32" : values instanceof Int32Array ? "I32" : "BOOL";
    header[name] = { dtype, shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Numbers begin at a multiple of 8; the header is filled up with spaces.
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** @throws when the bytes are no safetensors file, or hold numbers of a type that is not known here */
export function decodeSafetensors(bytes: Uint8Array): {
  tensors: Map<string, NamedArray>;
  metadata: Record<string, string>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(length <= Math.min(longestHeader, bytes.length - 8))) throw wrong("a header within its length", length);
  const header = parsed(bytes.subarray(8, 8 + length));
  const { __metadata__: metadata = {}, ...entries } = header;
  const data = bytes.subarray(8 + length);
  const tensors = new Map<string, NamedArray>();
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<HeaderEntry>;
    const read = typeof dtype === "string" && Object.hasOwn(readers, dtype) ? readers[dtype] : undefined;
    if (!read) throw wrong(`numbers of type ${Object.keys(readers).join(", ")} in ${name}`, dtype);
    if (!isLengths(shape)) throw wrong(`a shape of ${name}`, shape);
    const [begin, end] = isLengths(offsets) ? offsets : [];
    const size = shape.reduce((product, each) => product * each, 1);
    if (begin === undefined || end === undefined || end > data.length || end - begin !== size * read.width)
      throw wrong(`${size * read.width} bytes for ${name}, within the file`, offsets);
    // A copy, since the numbers may begin anywhere.
    const own = new Uint8Array(data.subarray(begin, end));
    tensors.set(name, { name, shape, values: read.values(new DataView(own.buffer), size) });
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function parsed(text: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
    if (typeof header === "object" && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw wrong("a header that is a JSON object", "another text");
}

function isLengths(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

function wrong(rule: string, value: unknown): Error {
  return invalid("file", `a safetensors file with ${rule}`, value);
}

interface Reader {
  readonly width: number;
  values(view: DataView, size: number): Float32Array | Int32Array | Uint8Array;
}

const floats = (width: number, at: (view: DataView, i: number) => number): Reader => ({
  width,
  values: (view, size) => Float32Array.from({ length: size }, (_, i) => at(view, i)),
});

const readers: Readonly<Record<string, Reader>> = {
  F32: floats(4, (view, i) => view.getFloat32(4 * i, true)),
  F64: floats(8, (view, i) => view.getFloat64(8 * i, true)),
  F16: floats(2, (view, i) => half(view.getUint16(2 * i, true))),
  BF16: {
    width: 2,
    // The upper half of a float32.
    values: (view, size) =>
      new Float32Array(Uint32Array.from({ length: size }, (_, i) => view.getUint16(2 * i, true) << 16).buffer),
  },
  I32: { width: 4, values: (view, size) => Int32Array.from({ length: size }, (_, i) => view.getInt32(4 * i, true)) },
  I64: {
    width: 8,
    values: (view, size) => Int32Array.from({ length: size }, (_, i) => Number(view.getBigInt64(8 * i, true))),
  },
  U8: { width: 1, values: (view, size) => Int32Array.from({ length: size }, (_, i) => view.getUint8(i)) },
  BOOL: { width: 1, values: (view, size) => Uint8Array.from({ length: size }, (_, i) => view.getUint8(i)) },
};

/** IEEE 754 half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
