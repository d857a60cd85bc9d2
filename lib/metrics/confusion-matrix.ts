// The confusion matrix: plain rows of numbers that know their labels and show themselves as a table.

import { checkChoice, checkOptions } from "../engine/invalid.js";
import { addCounts, type ConfusionCounts, confusionTable, noCounts, sum } from "./confusion-counts.js";
import { frequentMistakes } from "./frequent-mistakes.js";
import type { Label, Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import type { Numbers } from "./numbers.js";
import { briefName, type Table, withDisplay } from "./table.js";

export interface ConfusionMatrixOptions {
  /** Which classes, in which order; all that occur, sorted, by default. Samples of other classes are left out. */
  labels?: Labels | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
  /** Shares of the true class (each row adds up to 1), of the predicted class (each column), or of all. */
  normalize?: "true" | "pred" | "all" | undefined;
}

/** Rows true, columns predicted; equal to plain nested arrays. */
export type ConfusionMatrix = number[][] & { readonly labels: readonly Label[] };

export function confusionMatrixMetric(
  options: Omit<ConfusionMatrixOptions, "sampleWeight"> = {},
): Metric<Labels, Labels, ConfusionMatrix, ConfusionCounts> {
  checkOptions("options", options, ["labels", "sampleWeight", "normalize"]);
  const { normalize } = options;
  checkChoice("normalize", normalize, [undefined, "true", "pred", "all"]);
  return {
    prediction: "labels",
    initial: noCounts,
    update: addCounts,
    compute(counts) {
      const { labels, matrix } = confusionTable(counts, options.labels);
      return display(normalized(matrix, normalize), labels, normalize !== undefined);
    },
  };
}

/**
 * How many samples of each class were predicted as each: entry [i][j] is class i predicted as class j. As scikit-learn's
 * `confusion_matrix`; a class without samples has a row (or column) of zeros, also when normalized.
 * @returns number[][], C × C, with the classes in `labels`
 * @throws when yTrue or yPred is empty or not made of labels, or when none of `labels` occurs in yTrue
 */
export function confusionMatrix(yTrue: Labels, yPred: Labels, options: ConfusionMatrixOptions = {}): ConfusionMatrix {
  return whole(confusionMatrixMetric(options), yTrue, yPred, options.sampleWeight);
}

function normalized(matrix: number[][], by: ConfusionMatrixOptions["normalize"]): number[][] {
  if (by === undefined) return matrix;
  const columns = matrix.map((_, j) => sum(matrix.map((row) => row[j] ?? 0)));
  const all = sum(columns);
  return matrix.map((row) => {
    const total = sum(row);
    return row.map((value, j) => {
      const whole = by === "true" ? total : by === "pred" ? (columns[j] ?? 0) : all;
      return whole === 0 ? 0 : value / whole;
    });
  });
}

/** More are told by their most frequent mistakes, of which so many are listed. */
const [mostClasses, mostMistakes] = [30, 40];

function display(matrix: number[][], labels: readonly Label[], shares: boolean): ConfusionMatrix {
  const show = (value: number) => (shares ? value.toFixed(3) : String(Number(value.toFixed(6))));
  const all = (): Table => ({
    caption: "rows true, columns predicted",
    columns: labels.map(briefName),
    rows: matrix.map((row, i) => ({ name: briefName(labels[i]), cells: row.map(show) })),
  });
  const table = () => (labels.length > mostClasses ? mistakes(matrix, labels, show) : all());
  const value = Object.defineProperty(matrix, "labels", { value: labels, enumerable: false });
  return withDisplay(value as ConfusionMatrix, table);
}

function mistakes(matrix: number[][], labels: readonly Label[], show: (value: number) => string): Table {
  const all = frequentMistakes(matrix);
  const shown = all.slice(0, mostMistakes);
  const count = all.length.toLocaleString("en");
  const some =
    shown.length < all.length ? `the ${shown.length} most frequent of ${count} mistakes` : `${count} mistakes`;
  return {
    caption: `${labels.length.toLocaleString("en")} classes, ${some}; the matrix itself has all`,
    columns: ["taken for", "value"],
    rows: shown.map(({ row, column, value }) => ({
      name: briefName(labels[row]),
      cells: [briefName(labels[column]), show(value)],
    })),
  };
}
