// Samples side by side, each with its label below: to look at data before it is trained on.
import type * as tf from "@tensorflow/tfjs";
import { checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import { checkLabels, checkTitle } from "./class-names.js";
import { type ImageSamples, readImages } from "./image-values.js";
import { Picture } from "./picture.js";
import { boxOf, columnsFor, sheetSpec } from "./tile-sheet.js";

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
  const box = boxOf(read);
  const columns = options.columns ?? columnsFor(indices.length, box);
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
  const tiles = read.pixels.map((pixels) => ({ pixels, height, width, channels }));
  const spec = () => sheetSpec({ tiles, names, box, columns, title: title ?? "", summary });
  return new Picture(spec, { indices, labels: names, range }, text);
}

/** So many of them, evenly spread. */
export function spread(length: number, count: number): number[] {
  const shown = Math.min(length, count);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * length) / shown));
}
