// Pictures drawn for screens of double density: a PNG that says 144 dots an inch, as macOS does it, is shown at half its
// pixels. Front ends look at the output's metadata alone, so the size is put there.
import type { MimeBundle } from "../ipc/cell-messages.js";

/** 144 dots an inch in dots a metre, as PNG counts. */
const doubleDensity = 5669;
/** Enough for what stands before the pixels: the palette is the longest of it. */
const headCharacters = 4096;

/** Metadata of an output whose picture has double density, by MIME type; else none. */
export function pictureSize(data: MimeBundle): Record<string, unknown> {
  const picture = data["image/png"];
  if (typeof picture !== "string") return {};
  const head = Buffer.from(picture.slice(0, headCharacters), "base64");
  if (head.length < 33 || head.toString("latin1", 1, 4) !== "PNG") return {};
  const [width, height] = [head.readUInt32BE(16), head.readUInt32BE(20)];
  // https://www.w3.org/TR/png-3/#11pHYs
  for (let at = 8; at + 21 <= head.length; at += 12 + head.readUInt32BE(at)) {
    const type = head.toString("latin1", at + 4, at + 8);
    if (type === "IDAT") break;
    if (type !== "pHYs") continue;
    const isDouble = Math.abs(head.readUInt32BE(at + 8) - doubleDensity) <= 1 && head[at + 16] === 1;
    return isDouble ? { "image/png": { width: Math.round(width / 2), height: Math.round(height / 2) } } : {};
  }
  return {};
}
