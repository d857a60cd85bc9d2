// A PNG file at once, without loading what draws charts: for displays that must not make anybody wait.
// https://www.w3.org/TR/png-3/
import { crc32, deflateSync } from "node:zlib";

/** @param pixels row by row, channels last: grey, RGB or RGBA */
export function plainPNG(
  pixels: Uint8Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: 1 | 3 | 4 },
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel; colour types 0, 2 and 6.
  header.set([8, { 1: 0, 3: 2, 4: 6 }[channels]], 8);
  const bytes = width * channels;
  // Each row begins with the number of its filter: 0 is none.
  const rows = Buffer.alloc(height * (bytes + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * bytes, (y + 1) * bytes), y * (bytes + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named) >>> 0);
  return Buffer.concat([length, named, check]);
}
