// Small pictures in rows and columns, each with a label below, as a specification: what image grids, augmentations, filters
// and all else that looks like a contact sheet are drawn from.
import { plainPNG } from "./plain-png.js";
import { makeSpec, palette, type Spec } from "./spec.js";

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
const [aboutTile, mostTile, lineHeight, mostWidth] = [72, 128, 14, 700];
const gap = 8;

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

/** Every tile is a record with its place, its label, and its picture as a data URL. */
export function sheetSpec({ tiles, names, heads, box, columns, title, summary }: TileSheet): Spec {
  const rows = Math.ceil(tiles.length / columns);
  const lines = Math.max(0, ...(names ?? []).map((name) => (name ? name.split("\n").length : 0)));
  const below = lines && lines * lineHeight + 4;
  const step = { width: box.width + gap, height: box.height + below + gap };
  const sizes = tiles.map((tile) => drawnSize(tile, box));
  const [first = box] = sizes;
  const isOneSize = sizes.every(({ width, height }) => width === first.width && height === first.height);
  // What is enlarged keeps its pixels, what is made smaller keeps its curves.
  const smooth = tiles.every(({ width }, i) => (sizes[i]?.width ?? 0) < 1.5 * width);
  const place = (field: string, count: number, size: number, more: object) => ({
    field,
    type: "ordinal",
    scale: { domain: Array.from({ length: count }, (_, i) => i), paddingInner: gap / size, paddingOuter: 0 },
    ...more,
  });
  const inPlace = {
    ...(isOneSize ? first : { width: { expr: "datum.width" }, height: { expr: "datum.height" } }),
    yOffset: below ? -below / 2 : 0,
    aria: false,
  };
  const image = {
    mark: { type: "image", ...inPlace, aspect: false, smooth },
    encoding: { url: { field: "image", type: "nominal" } },
  };
  // Light images have an edge too.
  const edge = { mark: { type: "rect", ...inPlace, filled: false, color: "#d9d9d9", strokeWidth: 1 } };
  const label = {
    mark: {
      type: "text",
      baseline: "top",
      dy: (box.height - below) / 2 + 4,
      limit: step.width - 2,
      lineBreak: "\n",
      lineHeight,
      fontSize: 11,
      color: palette.grey,
    },
    encoding: { text: { field: "label", type: "nominal" } },
  };
  return makeSpec({
    title: title
      ? { text: title, subtitle: summary }
      : { text: summary, fontSize: 11, fontWeight: "normal", color: palette.grey },
    width: { step: step.width },
    height: { step: step.height },
    data: {
      values: tiles.map((tile, i) => ({
        row: Math.floor(i / columns),
        column: i % columns,
        ...(names ? { label: names[i] ?? "" } : {}),
        ...(isOneSize ? {} : sizes[i]),
        image: dataURL(shrunk(tile)),
      })),
    },
    encoding: {
      x: place("column", columns, step.width, { axis: heads ? headAxis(heads, step.width) : null }),
      y: place("row", rows, step.height, { axis: null }),
    },
    layer: lines ? [edge, image, label] : [edge, image],
  });
}

function headAxis(heads: readonly string[], width: number): object {
  const labelExpr = `${JSON.stringify(heads)}[datum.value]`;
  return { orient: "top", title: null, domain: false, ticks: false, labelAngle: 0, labelLimit: width - 2, labelExpr };
}

function drawnSize({ width, height }: Tile, box: TileSheet["box"]): { width: number; height: number } {
  const scale = Math.min(box.width / width, box.height / height);
  return { width: Math.max(1, Math.round(scale * width)), height: Math.max(1, Math.round(scale * height)) };
}

function dataURL(tile: Tile): string {
  return `data:image/png;base64,${plainPNG(tile.pixels, tile).toString("base64")}`;
}

/** Twice the size at which it is drawn is enough: each pixel is the mean of a few. */
function shrunk(tile: Tile): Tile {
  const step = Math.ceil(Math.max(tile.width, tile.height) / (2 * mostTile));
  if (step === 1) return tile;
  const { channels } = tile;
  const [width, height] = [Math.ceil(tile.width / step), Math.ceil(tile.height / step)];
  const pixels = Uint8Array.from({ length: width * height * channels }, (_, at) => {
    const [pixel, channel] = [Math.floor(at / channels), at % channels];
    const [left, top] = [(pixel % width) * step, Math.floor(pixel / width) * step];
    let [sum, count] = [0, 0];
    for (let y = top; y < Math.min(tile.height, top + step); y++)
      for (let x = left; x < Math.min(tile.width, left + step); x++) {
        sum += tile.pixels[(y * tile.width + x) * channels + channel] ?? 0;
        count++;
      }
    return Math.round(sum / count);
  });
  return { pixels, width, height, channels };
}
