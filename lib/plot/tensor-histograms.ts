// Weights and gradients of a model, a small histogram each: what has exploded, vanished or died shows at a glance.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../engine/check-tensor.js";
import { checkOptions, invalid, isList } from "../engine/invalid.js";
import { tableAsText } from "../metrics/table.js";
import { binCounts, binEdges } from "./bins.js";
import { Chart } from "./chart.js";
import { checkTitle } from "./class-names.js";
import { checkModel } from "./model-layers.js";
import { moments } from "./moments.js";
import { extent, short } from "./number-series.js";
import { brief, makeSpec, palette } from "./spec.js";
import { shortCounts } from "./ticks.js";

export interface TensorHistogramsOptions {
  /** Above the chart. */
  title?: string;
}

export interface TensorHistogramsData {
  readonly tensors: readonly TensorHistogram[];
}

export interface TensorHistogram {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of the finite values; NaN where there is none. */
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** The square root of the sum of the squares of the finite values. */
  readonly norm: number;
  /** How many values are exactly 0. */
  readonly zeros: number;
  readonly nan: number;
  readonly infinite: number;
  /** 30 bins from min to max; of what is finite. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

const [bins, mostTensors, mostRows, mostCharacters] = [30, 24, 40, 34];

/**
 * Draws a histogram of each weight of a model, and tells mean, standard deviation, norm, and how many values are 0, NaN or
 * infinite.
 * @param model a tf.LayersModel, or tensors by name; of more than 24 the first 24 are drawn, and `data` has all
 * @throws unless there are weights
 */
export function weightHistograms(
  model: tf.LayersModel | Readonly<Record<string, tf.Tensor>>,
  options: TensorHistogramsOptions = {},
): Chart<TensorHistogramsData> {
  return draw(isModel(model) ? weightsOf(model) : named("model", model), options, ["Weights", "weight"]);
}

/**
 * Draws a histogram of each gradient, as weightHistograms does of weights.
 * @param gradients tensors by name, such as `tf.variableGrads(() => loss).grads`; of more than 24 the first 24 are drawn
 * @throws unless there are gradients
 */
export function gradientHistograms(
  gradients: Readonly<Record<string, tf.Tensor>>,
  options: TensorHistogramsOptions = {},
): Chart<TensorHistogramsData> {
  return draw(named("gradients", gradients), options, ["Gradients", "gradient"]);
}

function isModel(value: unknown): value is tf.LayersModel {
  return typeof value === "object" && value !== null && "layers" in value && isList(value.layers);
}

function weightsOf(model: tf.LayersModel): [string, tf.Tensor][] {
  checkModel(model);
  const weights = model.weights.map((weight): [string, tf.Tensor] => [
    weight.originalName ?? weight.name,
    weight.read(),
  ]);
  if (!weights.length) throw invalid("model", "one with weights", model);
  return weights;
}

function named(name: string, given: unknown): [string, tf.Tensor][] {
  const what =
    name === "model" ? "a tf.LayersModel, or tensors by name" : "tensors by name (tf.variableGrads(…).grads)";
  if (typeof given !== "object" || given === null || isList(given) || given instanceof tf.Tensor)
    throw invalid(name, what, given);
  const all = Object.entries(given);
  if (!all.length) throw invalid(name, what, given);
  return all.map(([key, tensor]) => {
    checkTensor(`${name}.${key}`, tensor);
    return [key, tensor];
  });
}

function draw(
  tensors: readonly (readonly [string, tf.Tensor])[],
  options: TensorHistogramsOptions,
  [usual, what]: readonly [title: string, axis: string],
): Chart<TensorHistogramsData> {
  checkOptions("options", options, ["title"]);
  checkTitle(options);
  const { title = usual } = options;
  const all = tensors.map(([name, tensor]) => summarize(name, tensor));
  const shown = all.slice(0, mostTensors);
  const total = tensors.reduce((sum, [, { size }]) => sum + size, 0);
  const wrong = all.reduce((sum, { nan, infinite }) => sum + nan + infinite, 0);
  const summary = [
    `${total.toLocaleString("en")} ${total === 1 ? "value" : "values"} in ${all.length} ${all.length === 1 ? "tensor" : "tensors"}`,
    ...(shown.length < all.length ? [`the first ${shown.length} are drawn`] : []),
    ...(wrong ? [`${wrong.toLocaleString("en")} not finite`] : []),
  ].join("; ");
  const labels = shown.map(
    ({ name, shape, mean, std, counts }, i) =>
      `${i + 1}. ${heading(name, shape)}\n${counts.some(Boolean) ? `mean ${short(mean)}, std ${short(std)}` : "no finite value"}`,
  );
  const spec = makeSpec({
    title: { text: title, subtitle: summary },
    data: {
      values: shown.map(({ edges, counts }, i) => ({
        tensor: labels[i],
        from: edges.slice(0, -1).map(brief),
        to: edges.slice(1).map(brief),
        count: counts,
      })),
    },
    transform: [{ flatten: ["from", "to", "count"] }],
    facet: {
      field: "tensor",
      type: "nominal",
      sort: labels,
      title: null,
      header: {
        labelExpr: "split(datum.label, '\\n')",
        labelFontSize: 10,
        labelAnchor: "start",
        labelLineHeight: 13,
        labelLimit: 0,
      },
    },
    columns: Math.min(3, shown.length),
    spacing: 14,
    resolve: { scale: { x: "independent", y: "independent" } },
    spec: {
      width: 190,
      height: 70,
      mark: { type: "bar", binSpacing: 0, color: palette.blue, orient: "vertical" },
      encoding: {
        x: {
          field: "from",
          type: "quantitative",
          bin: { binned: true },
          title: what,
          scale: { zero: false, nice: false },
          axis: { grid: false, format: "~g", tickCount: 4, labelOverlap: true },
        },
        x2: { field: "to" },
        y: {
          field: "count",
          type: "quantitative",
          title: "count",
          axis: { ...shortCounts, tickCount: 2, tickMinStep: 1 },
        },
      },
    },
  });
  const columns = ["shape", "mean", "std", "norm", "min", "max", "zero", "not finite"];
  const rows = all.slice(0, mostRows).map(({ name, shape, mean, std, norm, min, max, zeros, nan, infinite }) => ({
    name: name.length > 60 ? `…${name.slice(-59)}` : name,
    cells: [
      `[${shape.join(", ")}]`,
      ...[mean, std, norm, min, max].map((value) => (Number.isFinite(value) ? short(value) : "–")),
      zeros.toLocaleString("en"),
      (nan + infinite).toLocaleString("en"),
    ],
  }));
  const left = all.length - rows.length;
  const rest = left > 0 ? [`… ${left.toLocaleString("en")} more in .data.tensors`] : [];
  return new Chart(
    spec,
    { tensors: all },
    [`${title}: ${summary}`, tableAsText({ columns, rows }), ...rest].join("\n"),
  );
}

function summarize(name: string, tensor: tf.Tensor): TensorHistogram {
  const values = tensor.dataSync();
  const { mean, std, least, most, nan, infinite, count } = moments(values);
  const edges = binEdges(values, bins, extent(values) ?? [0, 1]);
  let zeros = 0;
  for (const value of values) if (value === 0) zeros++;
  const norm = Math.sqrt(count * (std * std + mean * mean)) || 0;
  return {
    name,
    shape: [...tensor.shape],
    mean,
    std,
    min: least,
    max: most,
    norm,
    zeros,
    nan,
    infinite,
    edges,
    counts: binCounts(values, edges),
  };
}

/** Name and shape as wide as a histogram; the end of a long name tells more. */
function heading(name: string, shape: readonly number[]): string {
  const size = ` [${shape.join(", ")}]`;
  const most = Math.max(8, mostCharacters - size.length);
  return (name.length > most ? `…${name.slice(1 - most)}` : name) + size;
}
