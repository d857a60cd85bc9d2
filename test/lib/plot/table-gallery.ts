// Every kind of table once, and again with input at the edges of what makes sense: a part of the gallery.
import { type DataTable, metricTable, table } from "../../../lib/plot/index.js";
import { predictionsOf } from "./evaluation-gallery.js";

export const tableGallery: Record<string, () => DataTable> = {
  table: () =>
    table(
      [
        { run: "a", accuracy: 0.912345678, steps: 1000 },
        { run: "b", accuracy: Number.NaN, steps: 200, note: "stopped <early> & late" },
        { run: "猫", accuracy: 0.95, steps: 30 },
      ],
      { title: "Runs", sort: "accuracy" },
    ),
  "table, one cell": () => table([{ only: 1 }]),
  "table, nothing in it": () => table([{ a: undefined, b: null, c: Number.NaN }]),
  "table, constant": () => table(Array.from({ length: 5 }, () => ({ a: 1, b: "x" }))),
  "table, 100,000 rows": () =>
    table(
      Array.from({ length: 100_000 }, (_, i) => ({ i, square: i * i, words: "words ".repeat(i % 9) })),
      { count: 500 },
    ),
  "table, 100 columns": () => table([Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`column ${i}`, i]))]),
  "scores with intervals": () => metricTable(predictionsOf(300, 5)),
  "scores, one sample": () => metricTable({ yTrue: [1], probabilities: [0.7] }),
  "scores, constant": () => metricTable({ yTrue: [0, 0, 1, 1], probabilities: [0.5, 0.5, 0.5, 0.5] }),
  "scores, 100,000 samples": () => metricTable(predictionsOf(100_000, 2)),
  "scores, 100 classes": () => metricTable(predictionsOf(2000, 100)),
};
