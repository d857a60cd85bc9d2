// Samples side by side, each with its label below: to look at data before it is trained on.
import type * as tf from "@tensorflow/tfjs";
import { checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import { checkLabels, checkTitle } from "./class-names.js";
import { encodePNG, textWidth } from "./draw.js";
import { fontFamily } from "./font.js";
import { type ImageSamples, type Images, readImages } from "./image-values.js";
import { Picture } from "./picture.js";

export interface ImageGridOptions {
  /** One an image; by default the classes of a data set. */
  labels?: ArrayLike<string | number>;
  /** How many images at most, spread evenly over all; 1 to 200, 32 by default. */
  count?: number;
  /** Images in a row; what fits 700 pixels by default. */
  columns?: number;
  /** Above the chart. */
  title?: string;
}

export interface ImageGridData {
  /** Which of the given images are shown. */
  indices: readonly number[];
  labels: readonly string[] | undefined;
  /** The values that are shown black and white. */
  range: readonly [number, number];
}

/** In pixels. */
const [aboutTile, mostTile, gap, lineHeight, margin, mostWidth] = [72, 128, 8, 16, 12, 700];

/**
 * Draws images in a grid. Values from 0 to 1, and whole ones from 0 to 255, are shown as they are; others (after
 * `normalize`, say) are spread from black, the least of them, to white.
 * @param images a tensor [count, height, width, channels] or [count, height, width], or a data set of images; grey, RGB, RGBA
 * @throws unless there are images, finite throughout, and as many labels
 */
export function imageGrid(images: tf.Tensor | ImageSamples, options: ImageGridOptions = {}): Picture<ImageGridData> {
  checkOptions("options", options, ["labels", "count", "columns", "title"]);
  checkTitle(options);
  const { labels, count = 32, title } = options;
  checkWhole("count", count, 1, 200);
  let indices: readonly number[] = [];
  let length = 0;
  const read = readImages(images, (total) => {
    if (total < 1) throw invalid("images", "at least one image", "none");
    if (labels !== undefined && !(isList(labels) && labels.length === total))
      throw invalid("labels", `${total} labels, one an image`, labels);
    if (labels !== undefined) checkLabels("labels", labels);
    length = total;
    indices = spread(total, count);
    return indices;
  });
  const names = labels ? indices.map((i) => String(labels[i])) : read.labels;
  const tile = tileSize(read);
  const columns =
    options.columns ?? Math.min(indices.length, Math.max(1, Math.floor((mostWidth + gap) / (tile.width + gap))));
  checkWhole("columns", columns, 1);
  const { height, width, channels, range } = read;
  const shown =
    indices.length < length
      ? `${indices.length} of ${length.toLocaleString("en")} images`
      : `${length} ${length === 1 ? "image" : "images"}`;
  const scale =
    range[0] === 0 ? "" : `, black ${Number(range[0].toPrecision(3))}, white ${Number(range[1].toPrecision(3))}`;
  const summary = `${shown} of [${height}, ${width}, ${channels}]${scale}`;
  const text = [title === undefined ? summary : `${title}: ${summary}`, ...(names ? [names.join(", ")] : [])].join(
    "\n",
  );
  const draw = () => grid(read, { names, tile, columns, title: title ?? "", summary });
  return new Picture(draw, { indices, labels: names, range }, text);
}

function spread(length: number, count: number): number[] {
  const shown = Math.min(length, count);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * length) / shown));
}

/** Whole multiples of small images, so that every pixel is a square. */
function tileSize({ height, width }: Images): { width: number; height: number } {
  const side = Math.max(height, width);
  const factor = side > mostTile ? mostTile / side : Math.max(1, Math.round(aboutTile / side));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

interface Layout {
  names: readonly string[] | undefined;
  tile: { width: number; height: number };
  columns: number;
  title: string;
  summary: string;
}

async function grid(images: Images, { names, tile, columns, title, summary }: Layout): Promise<string> {
  const cell = { width: tile.width + gap, height: tile.height + gap + (names ? lineHeight : 0) };
  const top = margin + (title ? 20 : 0) + lineHeight + 4;
  const rows = Math.ceil(images.pixels.length / columns);
  const heads = [await textWidth(title, 14, true), await textWidth(summary, 11)];
  const width = Math.ceil(2 * margin + Math.max(columns * cell.width - gap, ...heads));
  const height = Math.ceil(top + rows * cell.height - gap + margin);
  const parts = images.pixels.map(async (pixels, i) => {
    const [x, y] = [margin + (i % columns) * cell.width, top + Math.floor(i / columns) * cell.height];
    const png = Buffer.from(await encodePNG(pixels, images, 2 * mostTile)).toString("base64");
    const place = `x="${x}" y="${y}" width="${tile.width}" height="${tile.height}"`;
    const picture = `<image ${place} image-rendering="optimizeSpeed" preserveAspectRatio="none" xlink:href="data:image/png;base64,${png}"/>`;
    const label = names ? await fitting(names[i] ?? "", cell.width - 2) : "";
    return `${picture}${written(label, x + tile.width / 2, y + tile.height + 12, 'text-anchor="middle" fill="#595959"')}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}, system-ui, sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    written(title, margin, margin + 12, 'font-size="14" font-weight="600" fill="#222222"'),
    written(summary, margin, top - 10, 'fill="#595959"'),
    ...(await Promise.all(parts)),
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
