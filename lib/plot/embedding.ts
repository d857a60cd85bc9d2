// Many numbers a sample as a point in the plane, such as what a network's last layers make of images: what the network takes
// for similar is near. With the samples' pictures on hover.
import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { checkChoice, checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import { SplitMix32 } from "../engine/random.js";
import { Chart } from "./chart.js";
import { checkTitle } from "./class-names.js";
import { type ImageSamples, type Images, readImages } from "./image-values.js";
import { principalComponents } from "./pca.js";
import { plainPNG } from "./plain-png.js";
import { readPointLabels, scatter } from "./scatter.js";
import type { Spec } from "./spec.js";
import { sampledPlaces, thinned } from "./thin.js";

export interface EmbeddingOptions {
  /** "pca" (the two directions of largest variance) by default; "umap" keeps neighbours together, and takes seconds. */
  method?: "pca" | "umap";
  /** The class of each sample, by which it is coloured. */
  labels?: ArrayLike<string | number>;
  /** The sample's pictures, shown on hover: as many images as there are features, a tensor or a data set. */
  images?: tf.Tensor | ImageSamples;
  /** How many samples at most, spread evenly over all; 2 to 5,000, 1,000 by default. */
  count?: number;
  /** UMAP's: how many nearest samples are kept together; 2 to 200, 15 by default. */
  neighbors?: number;
  /** UMAP's random numbers: the same seed, the same picture; whole, 0 by default. */
  seed?: number;
  /** Above the chart. */
  title?: string;
}

export interface EmbeddingData {
  /** Which samples were embedded. */
  readonly indices: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Of PCA: the share of the variance along x and along y. */
  readonly explainedVarianceRatio: readonly [number, number] | undefined;
}

/** With pictures, fewer points are drawn: both must fit a notebook's file. */
const [mostPoints, mostThumbnails, thumbnailCharacters] = [500, 300, 48_000];
/** In pixels: as large as all of them fit. */
const thumbnailSides = [32, 24, 18];
/** In pixels of the page: small images are shown enlarged, or nobody would see what they are of. */
const hoverSide = 96;

/**
 * Draws samples as points in the plane, from many numbers each (pixels; or what an inner layer puts out:
 * `tf.model({ inputs: model.inputs, outputs: layer.output }).predict(xs)`): by PCA (as scikit-learn's) or UMAP (McInnes et al. 2018,
 * https://arxiv.org/abs/1802.03426, by umap-js). In UMAP's picture neighbours mean something, far distances little.
 * @param features [samples, features]: a tensor, or rows of numbers; at least 2 samples of at least 2 features
 * @throws unless all are finite, and labels and images are as many as the samples
 */
export function embedding(
  features: tf.Tensor | readonly ArrayLike<number>[],
  options: EmbeddingOptions = {},
): Chart<EmbeddingData> {
  checkOptions("options", options, ["method", "labels", "images", "count", "neighbors", "seed", "title"]);
  checkTitle(options);
  const { method = "pca", count = 1000, neighbors = 15, seed = 0 } = options;
  checkChoice("method", method, ["pca", "umap"]);
  checkWhole("count", count, 2, 5000);
  checkWhole("neighbors", neighbors, 2, 200);
  checkWhole("seed", seed);
  const title = options.title ?? (method === "pca" ? "Principal components" : "UMAP");
  const { total, rows, indices } = readFeatures(features, count);
  const labels = options.labels === undefined ? undefined : readPointLabels(options.labels, total);
  const found =
    method === "pca" ? principalComponents(rows) : { scores: umap(rows, neighbors, seed), ratio: undefined };
  const [x, y] = [found.scores.map(([first]) => first), found.scores.map(([, second]) => second)];
  const places = sampledPlaces(rows.length, options.images ? mostPoints : rows.length);
  const name = (i: 0 | 1) =>
    found.ratio ? `component ${i + 1} (${(100 * found.ratio[i]).toFixed(1)} % of the variance)` : `UMAP ${i + 1}`;
  const drawn = scatter(
    places.map((i) => x[i] ?? 0),
    places.map((i) => y[i] ?? 0),
    {
      title,
      xTitle: name(0),
      yTitle: name(1),
      ...(labels ? { labels: places.map((i) => labels[indices[i] ?? 0] ?? "") } : {}),
    },
  );
  const shown = places.length < total ? `${places.length} of ${total.toLocaleString("en")} samples are drawn` : "";
  const pictures = options.images
    ? addThumbnails(
        drawn.spec,
        options.images,
        total,
        places.map((i) => indices[i] ?? 0),
      )
    : 0;
  const hover = pictures > 0 && pictures < places.length ? `pictures of ${pictures} on hover` : "";
  const notice = [shown, hover].filter(Boolean).join("; ");
  if (notice) drawn.spec.title = { text: title, subtitle: notice };
  const data = { indices, x, y, explainedVarianceRatio: found.ratio };
  return new Chart(drawn.spec, data, [drawn.text, ...(notice ? [notice] : [])].join("\n"));
}

interface Features {
  readonly total: number;
  readonly rows: readonly Float64Array[];
  readonly indices: readonly number[];
}

function readFeatures(features: unknown, count: number): Features {
  const rule = "[samples, features], at least 2 of each (reshape what has more dimensions)";
  if (features instanceof tf.Tensor) {
    checkTensor("features", features);
    const [total = 0, size = 0] = features.shape;
    if (features.rank !== 2 || total < 2 || size < 2) throw invalid("features", rule, features);
    const indices = sampledPlaces(total, count);
    const values = features.dataSync();
    return checked({
      total,
      indices,
      rows: indices.map((i) => Float64Array.from(values.subarray(i * size, (i + 1) * size))),
    });
  }
  if (!isList(features) || features.length < 2) throw invalid("features", rule, features);
  const size = isList(features[0]) ? features[0].length : 0;
  if (size < 2) throw invalid("features", rule, features);
  const indices = sampledPlaces(features.length, count);
  const rows = indices.map((i) => {
    const row = features[i];
    if (!isList(row) || row.length !== size) throw invalid(`features[${i}]`, `${size} numbers`, row);
    return Float64Array.from(row as ArrayLike<number>, (value) => (typeof value === "number" ? value : Number.NaN));
  });
  return checked({ total: features.length, indices, rows });
}

/** Larger numbers would overflow when they are squared. */
function checked(features: Features): Features {
  const { rows, indices } = features;
  rows.forEach((row, i) => {
    const wrong = row.findIndex((value) => !(Math.abs(value) < 1e100));
    if (wrong >= 0) throw invalid(`features[${indices[i]}][${wrong}]`, "a finite number, below 1e100", row[wrong]);
  });
  return features;
}

function umap(rows: readonly Float64Array[], neighbors: number, seed: number): (readonly [number, number])[] {
  // Loaded with the first use.
  const { UMAP } = createRequire(import.meta.url)("umap-js") as typeof import("umap-js");
  const random = new SplitMix32(seed >>> 0);
  const nNeighbors = Math.min(neighbors, rows.length - 1);
  const model = new UMAP({ nComponents: 2, nNeighbors, random: () => random.unit() });
  return model.fit(rows.map((row) => Array.from(row))).map(([x = 0, y = 0]) => [x, y]);
}

/**
 * Gives points the field `image`, which the tooltips of JupyterLab and VS Code show as a picture.
 * @returns how many there was room for
 */
function addThumbnails(
  spec: Spec,
  images: tf.Tensor | ImageSamples,
  total: number,
  indices: readonly number[],
): number {
  let wanted = thinned(indices, mostThumbnails);
  const made = () => thumbnails(images, total, wanted);
  let found = made();
  while (found.characters > thumbnailCharacters && wanted.length >= 10) {
    wanted = thinned(wanted, Math.max(2, Math.floor((0.95 * wanted.length * thumbnailCharacters) / found.characters)));
    found = made();
  }
  const byIndex = new Map(wanted.map((index, i) => [index, found.urls[i]]));
  const { values } = spec.data as { values: Record<string, unknown>[] };
  indices.forEach((index, i) => {
    const thumbnail = byIndex.get(index);
    const value = values[i];
    if (thumbnail !== undefined && value) value.thumbnail = thumbnail;
  });
  // A point without a picture would show a broken one: it has a layer of its own.
  const { mark, encoding } = spec as { mark?: unknown; encoding?: { tooltip?: object[] } };
  const { tooltip = [], ...shared } = encoding ?? {};
  const layer = (transform: object[], own: object[]) => ({ transform, mark, encoding: { tooltip: own } });
  spec.layer = [
    layer([{ filter: "!isValid(datum.thumbnail)" }], tooltip),
    layer(
      [{ filter: "isValid(datum.thumbnail)" }, { calculate: enlarged(found), as: "image" }],
      [{ field: "image", type: "nominal" }, ...tooltip],
    ),
  ];
  spec.encoding = shared;
  delete spec.mark;
  return byIndex.size;
}

interface Thumbnails {
  readonly urls: readonly string[];
  readonly characters: number;
  readonly width: number;
  readonly height: number;
}

/** As large as they fit, or as small as they come. */
function thumbnails(images: tf.Tensor | ImageSamples, total: number, wanted: readonly number[]): Thumbnails {
  const read = readImages(images, (length) => {
    if (length !== total) throw invalid("images", `${total} images, one a sample`, length);
    return wanted;
  });
  const make = (side: number): Thumbnails => {
    const urls = read.pixels.map((pixels) => thumbnail(read, pixels, side));
    return { urls, characters: urls.reduce((sum, url) => sum + url.length, 0), width: read.width, height: read.height };
  };
  const [first = 0, ...smaller] = thumbnailSides;
  return smaller.reduce((last, side) => (last.characters > thumbnailCharacters ? make(side) : last), make(first));
}

/** Tooltips show a picture at its own size, so it is put into a larger one: an SVG file made from the small one's URL. */
function enlarged({ width, height }: Thumbnails): string {
  const scale = hoverSide / Math.max(width, height);
  const size = `width='${Math.round(width * scale)}' height='${Math.round(height * scale)}'`;
  const start = `<svg xmlns='http://www.w3.org/2000/svg' ${size}><image ${size} style='image-rendering:pixelated' href='`;
  const [head, tail] = [start, "'/></svg>"].map((text) =>
    JSON.stringify(encodeURIComponent(text).replaceAll("'", "%27")),
  );
  return `"data:image/svg+xml," + ${head} + datum.thumbnail + ${tail}`;
}

/** The mean of the pixels that fall on one of the thumbnail. */
function thumbnail({ height, width, channels }: Images, pixels: Uint8Array, side: number): string {
  const scale = Math.max(1, Math.max(height, width) / side);
  const small = { height: Math.ceil(height / scale), width: Math.ceil(width / scale), channels };
  const bytes = Uint8Array.from({ length: small.height * small.width * channels }, (_, at) => {
    const [pixel, channel] = [Math.floor(at / channels), at % channels];
    const [top, bottom] = stretch(Math.floor(pixel / small.width), height / small.height);
    const [left, right] = stretch(pixel % small.width, width / small.width);
    let sum = 0;
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) sum += pixels[(y * width + x) * channels + channel] ?? 0;
    return Math.round(sum / ((bottom - top) * (right - left)));
  });
  return `data:image/png;base64,${plainPNG(bytes, small).toString("base64")}`;
}

/** From where to where the pixels of one of a thumbnail's rows lie. */
function stretch(place: number, scale: number): [from: number, to: number] {
  const from = Math.floor(place * scale);
  return [from, Math.max(from + 1, Math.floor((place + 1) * scale))];
}
