// The rows of a training run, one an epoch: their checks, their best, and the names of their columns. Read by the loss curve of
// one run and by the comparison of several.
import { invalid, isList } from "../engine/invalid.js";

/** One row an epoch, as `history.epochs`: loss, valLoss, metrics as `accuracy` and `valAccuracy`, learningRate. */
export interface EpochRow {
  readonly epoch: number;
  readonly [column: string]: number | undefined;
}

/** What `ml.fit` returns has this shape. */
export interface EpochHistory {
  readonly epochs: readonly EpochRow[];
  readonly stopped?: string | undefined;
}

/** The epoch with the smallest validation loss, or training loss where nothing was validated. */
export interface BestEpoch {
  epoch: number;
  column: "valLoss" | "loss";
  value: number;
}

/** Of one metric each: more would not fit a screen. */
export const mostPanels = 12;

/** Columns that are no metrics. */
const bookkeeping = new Set(["epoch", "learningRate", "seconds", "imagesPerSecond"]);

export function isHistory(value: unknown): value is EpochHistory | readonly EpochRow[] {
  return isList(value) || isList((value as { epochs?: unknown } | null | undefined)?.epochs);
}

/** @throws unless it is an object of numbers; NaN is drawn as a gap. */
export function checkRow(name: string, row: unknown, needed: string): void {
  if (typeof row !== "object" || row === null) throw invalid(name, `a row with ${needed}`, row);
  if (!Number.isFinite((row as { epoch?: unknown }).epoch)) throw invalid(name, `a row with ${needed}`, row);
  for (const [column, value] of Object.entries(row))
    if (value !== undefined && typeof value !== "number") throw invalid(`${name}.${column}`, "a number", value);
}

export function bestEpoch(epochs: readonly EpochRow[]): BestEpoch | undefined {
  const column = epochs.some((row) => Number.isFinite(row.valLoss)) ? "valLoss" : "loss";
  let best: BestEpoch | undefined;
  for (const row of epochs) {
    const value = row[column] ?? Number.NaN;
    if (Number.isFinite(value) && !(best && best.value <= value)) best = { epoch: row.epoch, column, value };
  }
  return best;
}

/** Loss first, then what else was measured in training or validation, by its name in training. */
export function metricNames(epochs: readonly EpochRow[]): string[] {
  const columns = [...new Set(epochs.flatMap((row) => Object.keys(row)))].filter((name) => !bookkeeping.has(name));
  return [...new Set(["loss", ...columns.map(trainingName)])];
}

export function hasValues(epochs: readonly EpochRow[], name: string): boolean {
  return epochs.some((row) => [row[name], row[validationName(name)]].some((value) => Number.isFinite(value)));
}

export function validationName(name: string): string {
  return `val${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** "accuracy" for "valAccuracy". */
export function trainingName(column: string): string {
  const name = /^val([A-Z].*)$/.exec(column)?.[1];
  return name === undefined ? column : `${name[0]?.toLowerCase()}${name.slice(1)}`;
}

/** The axis of epochs, shared by all panels. */
export function timeAxis(first: number, last: number): { axis: object; [key: string]: unknown } {
  // One epoch is a point, which stands in the middle.
  const domain = first === last ? [first - 0.5, last + 0.5] : [first, last];
  const wholes = Array.from({ length: last - first + 1 <= 13 ? last - first + 1 : 0 }, (_, i) => first + i);
  return {
    field: "epoch",
    type: "quantitative",
    scale: { domain, nice: false },
    axis: {
      title: null,
      format: ",d",
      tickMinStep: 1,
      labelOverlap: true,
      grid: false,
      ...(wholes.length ? { values: wholes } : {}),
    },
  };
}
