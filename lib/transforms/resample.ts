// Scales images in two passes, first along rows, then along columns, with one table of weights for each: Pillow 13's way for
// bytes (22-bit fixed point, rounded after each pass) and PyTorch's for float32. Called by resize and randomResizedCrop.
import { halfToEven } from "./half-to-even.js";
import { type ImageBatch, sameType } from "./image-batch.js";

export type Interpolation = "bilinear" | "bicubic" | "nearest";
export const INTERPOLATIONS: readonly Interpolation[] = ["bilinear", "bicubic", "nearest"];

type Values = ImageBatch["values"];

interface Weights {
  /** How many input positions there are. */
  readonly from: number;
  /** For each output position: the first input position, and how many. */
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `stride` weights an output position. */
  readonly weights: Float64Array;
  readonly stride: number;
}

const PRECISION_BITS = 22;

function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x));
}

/** Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = −0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}

/** With antialias, the filter grows with the scale, so that each input pixel counts (Pillow's and PyTorch's antialias). */
function weightsFor(from: number, to: number, interpolation: "bilinear" | "bicubic", antialias: boolean): Weights {
  const filter = interpolation === "bilinear" ? triangle : cubic;
  const scale = from / to;
  const filterScale = antialias ? Math.max(1, scale) : 1;
  const support = (interpolation === "bilinear" ? 1 : 2) * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const table = {
    from,
    first: new Int32Array(to),
    count: new Int32Array(to),
    weights: new Float64Array(to * stride),
    stride,
  };
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(from, Math.trunc(center + support + 0.5)) - first;
    const own = Array.from({ length: count }, (_, k) => filter((k + first - center + 0.5) / filterScale));
    const sum = own.reduce((a, b) => a + b, 0);
    table.first[i] = first;
    table.count[i] = count;
    own.forEach((weight, k) => {
      table.weights[i * stride + k] = sum === 0 ? weight : weight / sum;
    });
  }
  return table;
}

/** The input position under the middle of each output position. */
function nearestFor(from: number, to: number, bytes: boolean): Weights {
  const scale = from / to;
  let place = scale * 0.5;
  const first = Int32Array.from({ length: to }, (_, i) => {
    // Pillow adds the scale up, so that a middle on the edge of two pixels falls to the side that it falls to there.
    const position = Math.min(from - 1, Math.floor(bytes ? place : (i + 0.5) * scale));
    place += scale;
    return position;
  });
  return { from, first, count: new Int32Array(to).fill(1), weights: new Float64Array(to).fill(1), stride: 1 };
}

/** One part of an image. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Scales a part of each image to [height, width]; `boxOf` says which part. */
export function resample(
  batch: ImageBatch,
  [height, width]: readonly [number, number],
  boxOf: (image: number) => Box,
  interpolation: Interpolation,
  antialias: boolean,
): ImageBatch {
  const { values, shape } = batch;
  const [images, fullHeight, fullWidth, channels] = shape;
  const result = sameType(values, images * height * width * channels);
  const bytes = !(values instanceof Float32Array);
  const tables = new Map<string, Weights>();
  const table = (from: number, to: number) => {
    const key = `${from} ${to}`;
    const known = tables.get(key);
    if (known !== undefined) return known;
    const made =
      interpolation === "nearest" ? nearestFor(from, to, bytes) : weightsFor(from, to, interpolation, antialias);
    tables.set(key, made);
    return made;
  };
  const round = bytes ? (antialias ? fixedPoint : halfToEven) : undefined;
  for (let image = 0; image < images; image++) {
    const box = boxOf(image);
    const start = image * fullHeight * fullWidth * channels;
    const part = cut(values.subarray(start, start + fullHeight * fullWidth * channels), fullWidth, channels, box);
    const target = result.subarray(image * height * width * channels, (image + 1) * height * width * channels);
    const scaleRows = (source: Values, rows: number, into: Values, how: Round | undefined) =>
      pass(source, into, table(box.width, width), rows, channels, how);
    const scaleColumns = (source: Values, columns: number, into: Values, how: Round | undefined) =>
      pass(source, into, table(box.height, height), 1, columns * channels, how);
    // Bytes without antialias are rounded once, at the end, so what lies between is not bytes.
    const room = (length: number) => (round === halfToEven ? new Float32Array(length) : sameType(values, length));
    const betweenRound = round === halfToEven ? undefined : round;
    if (box.width === width && box.height === height) target.set(part);
    else if (box.height === height) scaleRows(part, height, target, round);
    else if (box.width === width) scaleColumns(part, width, target, round);
    else if (verticalFirst(box, height, width)) {
      const between = scaleColumns(part, box.width, room(height * box.width * channels), betweenRound);
      scaleRows(between, height, target, round);
    } else {
      const between = scaleRows(part, box.height, room(box.height * width * channels), betweenRound);
      scaleColumns(between, width, target, round);
    }
  }
  return { ...batch, values: result, shape: [images, height, width, channels] };
}

type Round = (sum: number) => number;

/** Pillow keeps sums of bytes in fixed point and cuts them after adding a half. */
const fixedPoint: Round = (sum) => Math.min(255, Math.max(0, (sum + (1 << (PRECISION_BITS - 1))) >> PRECISION_BITS));

function cut(image: ImageBatch["values"], fullWidth: number, channels: number, box: Box): ImageBatch["values"] {
  if (box.width === fullWidth && box.height * fullWidth * channels === image.length) return image;
  const part = sameType(image, box.height * box.width * channels);
  for (let y = 0; y < box.height; y++) {
    const start = ((box.top + y) * fullWidth + box.left) * channels;
    part.set(image.subarray(start, start + box.width * channels), y * box.width * channels);
  }
  return part;
}

/** Pillow 13's rule, which takes fewer steps where the height shrinks much more; it decides how bytes are rounded. */
function verticalFirst(box: Box, height: number, width: number): boolean {
  return height < box.height && box.height - height > 2 * (box.width - width);
}

/** One pass of a resize, for those who compute it elsewhere (an exported graph). */
export interface ResizePass {
  /** Of [images, height, width, channels]. */
  readonly axis: 1 | 2;
  readonly from: number;
  readonly to: number;
  /** [to, from], row by row; whole numbers where `round` is "fixedPoint". */
  readonly matrix: Float64Array;
  /** What is done to the sums: "fixedPoint" adds a half of 2^bits and divides by 2^bits, the fraction cut off, within 0 to 255. */
  readonly round: "fixedPoint" | "halfToEven" | "none";
}

export const FIXED_POINT_BITS = PRECISION_BITS;

/** What `resample` does to whole images of one size, pass by pass. */
export function resizePasses(
  [fullHeight, fullWidth]: readonly [number, number],
  [height, width]: readonly [number, number],
  interpolation: Interpolation,
  antialias: boolean,
  bytes: boolean,
): readonly ResizePass[] {
  const round = bytes ? (antialias ? "fixedPoint" : "halfToEven") : "none";
  const passAlong = (axis: 1 | 2, from: number, to: number): ResizePass => {
    const table =
      interpolation === "nearest" ? nearestFor(from, to, bytes) : weightsFor(from, to, interpolation, antialias);
    const weights = round === "fixedPoint" ? inFixedPoint(table.weights) : table.weights;
    const matrix = new Float64Array(to * from);
    for (let i = 0; i < to; i++)
      for (let k = 0; k < (table.count[i] ?? 0); k++)
        matrix[i * from + (table.first[i] ?? 0) + k] = weights[i * table.stride + k] ?? 0;
    return { axis, from, to, matrix, round };
  };
  const columns = passAlong(1, fullHeight, height);
  const rows = passAlong(2, fullWidth, width);
  const box = { top: 0, left: 0, height: fullHeight, width: fullWidth };
  const ordered = verticalFirst(box, height, width) ? [columns, rows] : [rows, columns];
  const needed = ordered.filter(({ from, to }) => from !== to);
  // Bytes without antialias are rounded once, at the end.
  return needed.map((each, i) => (round === "halfToEven" && i < needed.length - 1 ? { ...each, round: "none" } : each));
}

function inFixedPoint(weights: Float64Array): Float64Array {
  return weights.map((w) => Math.trunc(w * 2 ** PRECISION_BITS + Math.sign(w) * 0.5));
}

/** Along the middle axis: [outer, from, inner] → [outer, to, inner]. */
function pass(
  source: Values,
  target: Values,
  { from, first, count, weights, stride }: Weights,
  outer: number,
  inner: number,
  round: Round | undefined,
): Values {
  const to = first.length;
  const scaled = round === fixedPoint ? inFixedPoint(weights) : weights;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < to; i++) {
      const at = (o * from + (first[i] ?? 0)) * inner;
      const taps = count[i] ?? 0;
      for (let j = 0; j < inner; j++) {
        let sum = 0;
        for (let k = 0; k < taps; k++) sum += (source[at + k * inner + j] ?? 0) * (scaled[i * stride + k] ?? 0);
        target[(o * to + i) * inner + j] = round === undefined ? sum : round(sum);
      }
    }
  }
  return target;
}
