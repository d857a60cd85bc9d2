// The font of all pictures, Inter, from an npm package: a server without fonts draws text too. Vega lays charts out by the
// widths read here; resvg draws the glyphs. Loaded with the first drawing.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

export const fontFamily = "Inter";

const files = ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"].map(
  (file) => `@expo-google-fonts/inter/${file}`,
);

export interface Font {
  /** For resvg. */
  readonly files: readonly string[];
  /** In pixels; characters that the font lacks count as one em. */
  width(text: string, size: number, isBold: boolean): number;
  /** Whether the font has every character of the text. */
  covers(text: string): boolean;
}

export async function loadFont(): Promise<Font> {
  const { resolve } = createRequire(import.meta.url);
  const paths = files.map((file) => resolve(file));
  const [regular, bold] = (await Promise.all(paths.map((path) => readFile(path)))).map(glyphWidths);
  return {
    files: paths,
    width(text, size, isBold) {
      const widths = isBold ? bold : regular;
      let ems = 0;
      for (const character of text) ems += widths?.get(character.codePointAt(0) ?? 0) ?? 1;
      return ems * size;
    },
    covers: (text) => Array.from(text).every((character) => regular?.has(character.codePointAt(0) ?? 0)),
  };
}

/**
 * Advance width, in ems, by code point. Reads the tables head, hhea, hmtx and cmap (format 4) of a TrueType file:
 * https://learn.microsoft.com/en-us/typography/opentype/spec/otff
 */
function glyphWidths(file: Buffer): Map<number, number> {
  const table = (tag: string): number => {
    for (let at = 12; at < 12 + 16 * file.readUInt16BE(4); at += 16)
      if (file.toString("latin1", at, at + 4) === tag) return file.readUInt32BE(at + 8);
    throw new Error(`invalid font; expected a table ${tag}: none`);
  };
  const unitsPerEm = file.readUInt16BE(table("head") + 18);
  const metrics = file.readUInt16BE(table("hhea") + 34);
  const hmtx = table("hmtx");
  const widths = new Map<number, number>();
  for (const [character, glyph] of characterGlyphs(file, table("cmap")))
    widths.set(character, file.readUInt16BE(hmtx + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm);
  return widths;
}

function* characterGlyphs(file: Buffer, cmap: number): Generator<[character: number, glyph: number]> {
  const offsets = Array.from({ length: file.readUInt16BE(cmap + 2) }, (_, i) => file.readUInt32BE(cmap + 8 + 8 * i));
  const start = offsets.map((offset) => cmap + offset).find((at) => file.readUInt16BE(at) === 4);
  if (start === undefined) throw new Error("invalid font; expected a character map of format 4: none");
  const doubled = file.readUInt16BE(start + 6);
  const [ends, starts] = [start + 14, start + 16 + doubled];
  for (let at = 0; at < doubled; at += 2) {
    const last = file.readUInt16BE(ends + at);
    const first = file.readUInt16BE(starts + at);
    const delta = file.readUInt16BE(starts + doubled + at);
    const rangeAt = starts + 2 * doubled + at;
    const range = file.readUInt16BE(rangeAt);
    for (let character = first; character <= last && character < 0xffff; character++) {
      const found = range === 0 ? character : file.readUInt16BE(rangeAt + range + 2 * (character - first));
      const glyph = range !== 0 && found === 0 ? 0 : (found + delta) & 0xffff;
      if (glyph !== 0) yield [character, glyph];
    }
  }
}
