// The confusion matrix as a heat map: with its numbers where they fit (up to 25 classes), as colours beyond that.
import { checkChoice, checkOptions, invalid, isList } from "../engine/invalid.js";
import { mistakesAsText } from "../metrics/frequent-mistakes.js";
import { tableAsText } from "../metrics/table.js";
import { Chart } from "./chart.js";
import { axisNames, checkClassNames, checkTitle, roughWidth } from "./class-names.js";
import { brief, makeSpec, palette, ramp } from "./spec.js";
import { countTicks, numberFormat, shortCounts } from "./ticks.js";

export interface ConfusionMatrixOptions {
  /** One a class; by default the labels of a matrix from `ml.metrics.confusionMatrix`, else numbers from 0. */
  classNames?: ArrayLike<string>;
  /** Show shares of the true class (rows add up to 1), of the predicted class (columns), or of all; by default what is given. */
  normalize?: "true" | "pred" | "all";
  /** Above the chart. */
  title?: string;
}

export interface ConfusionMatrixData {
  classNames: string[];
  /** As given: rows true, columns predicted. */
  matrix: number[][];
  /** As shown: normalized if asked for. */
  values: number[][];
}

const mostWithNumbers = 25;
const mostClasses = 150;
const wholes = { true: "share of the true class", pred: "share of the predicted class", all: "share of all samples" };

/**
 * Draws a confusion matrix, rows true, columns predicted, as scikit-learn's `ConfusionMatrixDisplay`.
 * @param matrix C × C counts or shares, at least 0, for 1 to 150 classes
 * @throws unless the matrix is square and the names fit it
 */
export function confusionMatrix(
  matrix: readonly (readonly number[])[],
  options: ConfusionMatrixOptions = {},
): Chart<ConfusionMatrixData> {
  checkOptions("options", options, ["classNames", "normalize", "title"]);
  checkTitle(options);
  const { normalize, title = "Confusion matrix" } = options;
  checkMatrix(matrix);
  checkChoice("normalize", normalize, [undefined, "true", "pred", "all"]);
  const labels = (matrix as { labels?: unknown }).labels;
  const names = checkClassNames(options.classNames, matrix.length, Array.isArray(labels) ? labels : undefined);
  const rows = matrix.map((row) => [...row]);
  const values = normalized(rows, normalize);
  const summary = summarize(rows);
  const spec = makeSpec({
    title: { text: title, subtitle: summary },
    data: {
      values: rows.map((row, i) => ({
        trueClass: axisNames(names)[i],
        count: row.map((value) => briefCount(value, rows.length)),
      })),
    },
    transform: transforms(axisNames(names), normalize),
    ...heatMap(names, values, normalize, rows.flat().every(Number.isInteger)),
  });
  const text = `${title}: ${summary}\n${asText(names, values, normalize)}`;
  return new Chart(spec, { classNames: names, matrix: rows, values }, text);
}

function checkMatrix(matrix: unknown): asserts matrix is readonly (readonly number[])[] {
  const rule = `1 to ${mostClasses} rows of as many numbers, at least 0`;
  if (!isList(matrix) || matrix.length < 1 || matrix.length > mostClasses) throw invalid("matrix", rule, matrix);
  for (let i = 0; i < matrix.length; i++) {
    const row = matrix[i];
    if (!isList(row) || row.length !== matrix.length) throw invalid(`matrix[${i}]`, `${matrix.length} numbers`, row);
    for (let j = 0; j < row.length; j++) {
      const value = row[j];
      if (!(typeof value === "number" && Number.isFinite(value) && value >= 0))
        throw invalid(`matrix[${i}][${j}]`, "a number, at least 0", value);
    }
  }
}

function normalized(rows: number[][], by: ConfusionMatrixOptions["normalize"]): number[][] {
  if (by === undefined) return rows;
  const sums = rows.map(sum);
  const columns = rows.map((_, j) => sum(rows.map((row) => row[j] ?? 0)));
  const all = sum(sums);
  return rows.map((row, i) =>
    row.map((value, j) => {
      const whole = by === "true" ? sums[i] : by === "pred" ? columns[j] : all;
      return whole ? value / whole : 0;
    }),
  );
}

/** From one row a class to one record a cell: rows of plain counts are smaller, and easier to edit. */
function transforms(names: readonly string[], normalize: ConfusionMatrixOptions["normalize"]): object[] {
  const cells = [{ calculate: JSON.stringify(names), as: "predictedClass" }, { flatten: ["predictedClass", "count"] }];
  if (normalize === undefined) return cells;
  const groupby = normalize === "true" ? ["trueClass"] : normalize === "pred" ? ["predictedClass"] : [];
  return [
    ...cells,
    { joinaggregate: [{ op: "sum", field: "count", as: "total" }], groupby },
    { calculate: "datum.total > 0 ? datum.count / datum.total : 0", as: "share" },
  ];
}

function heatMap(
  names: readonly string[],
  values: number[][],
  normalize: ConfusionMatrixOptions["normalize"],
  areCounts: boolean,
): object {
  const classes = names.length;
  const field = normalize === undefined ? "count" : "share";
  const format = normalize !== undefined ? ".2f" : areCounts ? ",d" : ".3~g";
  const most = Math.max(...values.flat()) || 1;
  const hasNumbers = classes <= mostWithNumbers;
  const widest = Math.max(
    4,
    ...(normalize === undefined ? values.flat().map((value) => shown(value, areCounts).length) : []),
  );
  const step = hasNumbers
    ? Math.max(classes <= 12 ? 44 : 30, 9 + 7 * widest)
    : Math.max(4, Math.min(20, Math.round(800 / classes)));
  const labelFontSize = Math.min(11, Math.max(4, step));
  const isUpright = axisNames(names).every((name) => roughWidth(name) <= step);
  const axis = { labelFontSize, labelOverlap: false, ticks: hasNumbers, domain: false, grid: false };
  const areWhole = areCounts && normalize === undefined;
  const unit = normalize === undefined ? (areCounts ? "samples" : "value") : wholes[normalize];
  const cell = {
    x: {
      field: "predictedClass",
      type: "nominal",
      sort: null,
      title: "predicted class",
      axis: { ...axis, labelAngle: isUpright ? 0 : -90 },
    },
    y: { field: "trueClass", type: "nominal", sort: null, title: "true class", axis },
  };
  const color = {
    field,
    type: "quantitative",
    // Among many classes the mistakes are small beside the diagonal: a square root makes them visible.
    scale: { type: hasNumbers ? "linear" : "sqrt", domain: [0, most], range: ramp },
    legend: {
      title: unit,
      titleAnchor: "middle",
      titleOrient: "right",
      ...(areWhole && most >= 1e6 ? shortCounts : { format: numberFormat([most]) }),
      ...(areWhole ? countTicks(most) : {}),
      gradientLength: Math.min(200, step * classes),
    },
  };
  const tooltip = [
    { field: "trueClass", title: "true" },
    { field: "predictedClass", title: "predicted" },
    { field: "count", title: areCounts ? "samples" : "value", type: "quantitative" },
    ...(normalize === undefined ? [] : [{ field, title: unit, type: "quantitative", format: ".4f" }]),
  ];
  const numbers = {
    mark: { type: "text", fontSize: 11 },
    encoding: {
      ...cell,
      text: { field, type: "quantitative", format },
      color: {
        condition: [
          { test: `datum.${field} > ${0.6 * most}`, value: "white" },
          { test: `datum.${field} == 0`, value: "#b3b3b3" },
        ],
        value: "#222222",
      },
    },
  };
  const cells = { mark: { type: "rect" }, encoding: { ...cell, color, tooltip } };
  return {
    width: { step },
    height: { step: hasNumbers ? Math.min(step, classes <= 12 ? 44 : 30) : step },
    view: { stroke: palette.grey, strokeOpacity: 0.4 },
    layer: hasNumbers ? [cells, numbers] : [cells],
  };
}

/** Among many classes, shares are written with three decimals: the specification would grow large. */
function briefCount(value: number, classes: number): number | null {
  return classes > 50 && !Number.isInteger(value) && value < 1 ? Number(value.toFixed(3)) : brief(value);
}

function summarize(rows: number[][]): string {
  const total = sum(rows.flat());
  const right = sum(rows.map((row, i) => row[i] ?? 0));
  const share = total > 0 ? `${((100 * right) / total).toFixed(1)} % right` : "no samples";
  const samples = rows.flat().every(Number.isInteger) ? `${total.toLocaleString("en")} samples, ` : "";
  return `${rows.length} ${rows.length === 1 ? "class" : "classes"}, ${total > 0 ? samples : ""}${share}`;
}

function asText(names: string[], values: number[][], normalize: ConfusionMatrixOptions["normalize"]): string {
  const show = (value: number) => (normalize === undefined ? shown(value, Number.isInteger(value)) : value.toFixed(2));
  if (names.length <= 20) {
    const what = normalize === undefined ? "" : `, ${wholes[normalize]}`;
    const rows = values.map((row, i) => ({ name: names[i] ?? "", cells: row.map(show) }));
    return tableAsText({ caption: `rows true, columns predicted${what}`, columns: names, rows });
  }
  return mistakesAsText(values, (i) => names[i] ?? "", show);
}

function shown(value: number, isCount: boolean): string {
  return isCount ? value.toLocaleString("en") : String(Number(value.toPrecision(3)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
