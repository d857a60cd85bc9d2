// Small pictures in rows and columns, each with a label below: the drawing of image grids, augmentations, filters and what
// else looks like a contact sheet.
import { encodePNG, textWidth } from "./draw.js";
import { fontFamily } from "./font.js";

/** A picture as bytes, row by row, channels last. */
export interface Tile {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
}

export interface TileSheet {
  readonly tiles: readonly Tile[];
  /** Below each tile; may have several lines. */
  readonly names?: readonly string[] | undefined;
  /** Above each column. */
  readonly heads?: readonly string[] | undefined;
  /** In pixels: where a tile is drawn, in its own proportions. */
  readonly box: { readonly width: number; readonly height: number };
  readonly columns: number;
  readonly title: string;
  readonly summary: string;
}

/** In pixels. */
const [aboutTile, mostTile, lineHeight, margin, mostWidth] = [72, 128, 16, 12, 700];
export const gap = 8;

/** Whole multiples of small images, so that every pixel is a square. */
export function boxOf({ height, width }: { readonly height: number; readonly width: number }): TileSheet["box"] {
  const side = Math.max(height, width);
  const factor = side > mostTile ? mostTile / side : Math.max(1, Math.round(aboutTile / side));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** How many columns fit a notebook. */
export function columnsFor(tiles: number, box: TileSheet["box"]): number {
  return Math.min(tiles, Math.max(1, Math.floor((mostWidth + gap) / (box.width + gap))));
}

/** @returns SVG text */
export async function drawTiles({ tiles, names, heads, box, columns, title, summary }: TileSheet): Promise<string> {
  const lines = Math.max(0, ...(names ?? []).map((name) => name.split("\n").length));
  const cell = { width: box.width + gap, height: box.height + gap + lines * lineHeight };
  const below = margin + (title ? 20 : 0) + lineHeight + 4;
  const top = below + (heads ? lineHeight : 0);
  const rows = Math.ceil(tiles.length / columns);
  const widths = [await textWidth(title, 14, true), await textWidth(summary, 11)];
  const width = Math.ceil(2 * margin + Math.max(columns * cell.width - gap, ...widths));
  const height = Math.ceil(top + rows * cell.height - gap + margin);
  const middle = 'text-anchor="middle" fill="#595959"';
  const parts = tiles.map(async (tile, i) => {
    const [x, y] = [margin + (i % columns) * cell.width, top + Math.floor(i / columns) * cell.height];
    const png = Buffer.from(await encodePNG(tile.pixels, tile, 2 * mostTile)).toString("base64");
    const scale = Math.min(box.width / tile.width, box.height / tile.height);
    const [w, h] = [Math.max(1, Math.round(scale * tile.width)), Math.max(1, Math.round(scale * tile.height))];
    const place = `x="${x + (box.width - w) / 2}" y="${y + (box.height - h) / 2}" width="${w}" height="${h}"`;
    const picture = `<image ${place} image-rendering="optimizeSpeed" preserveAspectRatio="none" xlink:href="data:image/png;base64,${png}"/>`;
    const labels = (names?.[i] ?? "").split("\n").map(async (label, at) => {
      const text = await fitting(label, cell.width - 2);
      return written(text, x + box.width / 2, y + box.height + 12 + at * (lineHeight - 2), middle);
    });
    return [picture, ...(await Promise.all(labels))].join("");
  });
  const above = (heads ?? []).map(async (head, i) =>
    written(await fitting(head, cell.width - 2), margin + i * cell.width + box.width / 2, below + 8, middle),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}, system-ui, sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    written(title, margin, margin + 12, 'font-size="14" font-weight="600" fill="#222222"'),
    written(summary, margin, below - 10, 'fill="#595959"'),
    ...(await Promise.all([...above, ...parts])),
    "</svg>",
  ].join("\n");
}

function written(text: string, x: number, y: number, attributes: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return text && `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`;
}

/** As much of the text as the width allows. */
async function fitting(text: string, width: number): Promise<string> {
  if ((await textWidth(text, 11)) <= width) return text;
  const characters = Array.from(text);
  const cut = () => `${characters.join("").trimEnd()}…`;
  while (characters.length > 1 && (await textWidth(cut(), 11)) > width) characters.pop();
  return cut();
}
