// The plainest PNG files, as Pillow, sharp and others write small grey or RGB pictures, without a decoder's set-up, which takes ten times as
// long as such a picture. Everything else, and whatever is not in order, is left to sharp: this only ever gives what that gives. Called by
// picture.ts. https://www.w3.org/TR/png-3/
import { crc32, inflateSync } from "node:zlib";

/** Above, decoding should not happen on the event loop. */
const mostBytes = 2 ** 17;

/**
 * @param shape [height, width, channels] that the picture must have
 * @returns its bytes; undefined where the file is not as plain as that: 8 bits, no interlace, no chunk that changes colours
 */
export function plainPng(file: Uint8Array, shape: readonly number[]): Uint8Array | undefined {
  const [height = 0, width = 0, channels = 0] = shape;
  // The color type: 2 is RGB, 0 is grey.
  const own = file[25] === 2 ? 3 : 1;
  const stride = width * own;
  if (height * stride > mostBytes || file.length < 57 || own < channels) return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const isHeader = view.getUint32(8) === 13 && typeAt(view, 12) === "IHDR";
  if (!isHeader || view.getUint32(16) !== width || view.getUint32(20) !== height) return undefined;
  // Depth, color type, compression, filter method, interlace.
  if ([8, own === 3 ? 2 : 0, 0, 0, 0].some((value, i) => file[24 + i] !== value)) return undefined;
  const data = imageData(file, view);
  if (data === undefined) return undefined;
  try {
    const lines = inflateSync(data, { maxOutputLength: height * (stride + 1) });
    if (lines.length !== height * (stride + 1)) return undefined;
    const bytes = unfiltered(lines, height, stride, own);
    return own === channels ? bytes : bytes && grey(bytes);
  } catch {
    return undefined;
  }
}

function typeAt(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(offset + i)));
}

/** What IDAT chunks hold, where there are no others and all are whole. */
function imageData(file: Uint8Array, view: DataView): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > file.length || crc32(file.subarray(at + 4, end)) !== view.getUint32(end)) return undefined;
    const type = typeAt(view, at + 4);
    if (type === "IEND") return parts.length === 1 ? parts[0] : Buffer.concat(parts);
    if (type === "IDAT") parts.push(file.subarray(at + 8, end));
    else if (at > 8 && type !== "pHYs" && type !== "tEXt") return undefined;
    at = end + 4;
  }
  return undefined;
}

/** Of RGB whose three are the same everywhere: how others are weighed is sharp's to say. */
function grey(bytes: Uint8Array): Uint8Array | undefined {
  const values = new Uint8Array(bytes.length / 3);
  for (let i = 0; i < values.length; i++) {
    const value = bytes[3 * i] ?? 0;
    if (bytes[3 * i + 1] !== value || bytes[3 * i + 2] !== value) return undefined;
    values[i] = value;
  }
  return values;
}

/** https://www.w3.org/TR/png-3/#9Filters */
function unfiltered(lines: Uint8Array, height: number, stride: number, channels: number): Uint8Array | undefined {
  const bytes = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)] ?? 0;
    const [from, to] = [y * (stride + 1) + 1, y * stride];
    if (filter > 4) return undefined;
    for (let x = 0; x < stride; x++) {
      const left = x < channels ? 0 : (bytes[to + x - channels] ?? 0);
      const above = y === 0 ? 0 : (bytes[to + x - stride] ?? 0);
      const corner = y === 0 || x < channels ? 0 : (bytes[to + x - stride - channels] ?? 0);
      bytes[to + x] = (lines[from + x] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return bytes;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const [toLeft, toAbove, toCorner] = [
    Math.abs(above - corner),
    Math.abs(left - corner),
    Math.abs(left + above - 2 * corner),
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
