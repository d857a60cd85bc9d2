// Training as it went: loss, metrics and learning rate by epoch, one panel each, the best epoch marked. For histories of fit,
// and, with the losses of single steps, for the live plot.
import { checkOptions, invalid, isList } from "../engine/invalid.js";
import { tableAsText } from "../metrics/table.js";
import { Chart } from "./chart.js";
import { checkTitle } from "./class-names.js";
import {
  type BestEpoch,
  bestEpoch,
  checkRow,
  type EpochHistory,
  type EpochRow,
  hasValues,
  isHistory,
  metricNames,
  timeAxis,
  trainingName,
  validationName,
} from "./epoch-rows.js";
import { compareRuns, type NamedRuns, type RunComparisonData } from "./run-comparison.js";
import { brief, makeSpec, palette } from "./spec.js";
import { thinned } from "./thin.js";

/** The loss of single batches. */
export interface StepRow {
  /** When, in epochs: 1.5 is half of the second epoch. */
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate?: number;
}

export interface LossCurveOptions {
  /** Losses of single steps, drawn faintly behind those of the epochs. */
  steps?: readonly StepRow[];
  /** Above the chart. */
  title?: string;
  /** Below the title; by default what the best epoch was. */
  subtitle?: string;
}

export interface LossCurveData {
  epochs: readonly EpochRow[];
  steps: readonly StepRow[];
  /** The epoch with the smallest validation loss, or training loss where nothing was validated. */
  best: BestEpoch | undefined;
}

const width = 480;
const mostPoints = 500;
const series = { domain: ["training", "validation"], range: [palette.blue, palette.vermillion] };

/**
 * Draws a training run: train and validation by epoch, the best epoch marked, the learning rate below. Of several runs, one
 * colour a run, one panel for the loss and each metric.
 * @param history what `ml.fit` returns, or its rows; or 1 to 12 of them by name, such as `{ sgd: …, adam: … }`, to compare
 * @throws when there is nothing to draw
 */
export function lossCurve(
  history: EpochHistory | readonly EpochRow[],
  options?: LossCurveOptions,
): Chart<LossCurveData>;
export function lossCurve(
  history: NamedRuns,
  options?: Pick<LossCurveOptions, "title" | "subtitle">,
): Chart<RunComparisonData>;
export function lossCurve(
  history: EpochHistory | readonly EpochRow[] | NamedRuns,
  options: LossCurveOptions = {},
): Chart<LossCurveData> | Chart<RunComparisonData> {
  if (isHistory(history)) return curveOf(history, options);
  if (typeof history !== "object" || history === null || !Object.keys(history).length)
    throw invalid("history", "a history of ml.fit, or its epochs", history);
  return compareRuns(history, options);
}

function curveOf(history: EpochHistory | readonly EpochRow[], options: LossCurveOptions): Chart<LossCurveData> {
  checkOptions("options", options, ["steps", "title", "subtitle"]);
  checkTitle(options);
  const epochs = (isList(history) ? history : (history as EpochHistory).epochs) as readonly EpochRow[];
  const { steps = [], title = "Training", subtitle } = options;
  if (!Array.isArray(steps)) throw invalid("steps", "a list of rows with epoch, loss, …", steps);
  steps.forEach((row, i) => {
    checkRow(`steps[${i}]`, row, "epoch, loss, …");
  });
  if (!epochs.length && !steps.length) throw invalid("history", "at least one epoch", epochs);
  Array.from(epochs).forEach((row, i) => {
    checkRow(`history[${i}]`, row, "epoch, loss, …");
  });
  const best = bestEpoch(epochs);
  const hasValidation = epochs.some((row) => Object.keys(row).some((name) => trainingName(name) !== name));
  const rows = thinned(epochs, mostPoints);
  const points = thinned(steps, mostPoints);
  const metrics = metricNames(epochs).filter(
    (name) => hasValues(epochs, name) || (name === "loss" && steps.some(({ loss }) => Number.isFinite(loss))),
  );
  if (!metrics.length)
    throw invalid(
      "history",
      "at least one finite loss",
      epochs.map(({ loss }) => loss),
    );
  const [first, last] = timeSpan(epochs, steps);
  const isLate = best !== undefined && best.epoch - first > (last - first) / 2;
  const hasRate = [...epochs, ...steps].some((row) => Number.isFinite(row.learningRate ?? Number.NaN));
  const panels = metrics.map((name) =>
    metricPanel(name, epochs, name === "loss" ? points : [], epochs.length > 1 ? best : undefined, {
      hasValidation,
      isLate,
    }),
  );
  if (hasRate) panels.push(ratePanel(points));
  const time = timeAxis(first, last);
  const stopped = "stopped" in history ? history.stopped : undefined;
  const notices = [
    subtitle ?? summary(epochs, best),
    stopped ?? "",
    rows.length < epochs.length ? `${rows.length} of ${epochs.length} epochs are drawn` : "",
  ].filter((line) => line !== "");
  const spec = makeSpec({
    title: notices.length ? { text: title, subtitle: notices } : title,
    data: { values: rows.map(briefRow) },
    spacing: 14,
    vconcat: panels.map((panel, i) => ({
      width,
      height: i === 0 ? 200 : i === metrics.length ? 70 : 120,
      encoding: {
        x: { ...time, axis: { ...time.axis, ...(i === panels.length - 1 ? { title: "epoch" } : { labels: false }) } },
      },
      layer: panel,
    })),
  });
  return new Chart(spec, { epochs, steps, best }, [title, ...notices, asText(epochs, best)].filter(Boolean).join("\n"));
}

function metricPanel(
  name: string,
  epochs: readonly EpochRow[],
  steps: readonly StepRow[],
  best: LossCurveData["best"],
  { hasValidation, isLate }: { hasValidation: boolean; isLate: boolean },
): object[] {
  const validation = validationName(name);
  const layers: object[] = [];
  const top = steps.length > 20 ? { domainMax: lossesTop(epochs, steps) } : {};
  const y = { field: "value", type: "quantitative", title: name, scale: { zero: false, ...top } };
  if (steps.length)
    layers.push({
      data: { values: steps.map(({ epoch, loss }) => ({ epoch: brief(epoch), value: brief(loss) })) },
      mark: { type: "line", strokeWidth: 1, color: palette.blue, strokeOpacity: 0.35, clip: true },
      encoding: { y },
    });
  if (hasValues(epochs, name))
    layers.push({
      transform: [
        { fold: [name, validation], as: ["column", "value"] },
        { filter: "isValid(datum.value)" },
        { calculate: `datum.column == '${name}' ? 'training' : 'validation'`, as: "series" },
      ],
      mark: { type: "line", point: { size: 24 } },
      encoding: {
        y,
        color: {
          field: "series",
          type: "nominal",
          scale: hasValidation ? series : { domain: [series.domain[0]], range: [series.range[0]] },
          legend: { title: null, orient: "top", direction: "horizontal", offset: 4 },
        },
        tooltip: [
          { field: "epoch", type: "quantitative" },
          { field: "series", type: "nominal" },
          { field: "value", type: "quantitative", title: name, format: ".5~g" },
        ],
      },
    });
  if (best) layers.push(bestRule(best));
  if (best && name === "loss") layers.push(bestLabel(best, isLate));
  return layers;
}

/** All epochs, and all but the highest steps: the very first ones would flatten what comes after. */
function lossesTop(epochs: readonly EpochRow[], steps: readonly StepRow[]): number {
  const losses = steps.map(({ loss }) => loss).filter(Number.isFinite);
  const high = losses.sort((a, b) => a - b)[Math.ceil(0.98 * losses.length) - 1] ?? 1;
  const whole = epochs.flatMap(({ loss, valLoss }) => [loss, valLoss]).filter((value) => Number.isFinite(value));
  const most = Math.max(high, ...(whole as number[]));
  return most + 0.05 * Math.abs(most);
}

function bestRule({ epoch }: { epoch: number }): object {
  return {
    data: { values: [{ epoch }] },
    mark: { type: "rule", color: palette.grey, strokeDash: [4, 3] },
    encoding: {},
  };
}

/** At the top of the panel, on the side where there is room. */
function bestLabel({ epoch, column, value }: NonNullable<LossCurveData["best"]>, isLate: boolean): object {
  const text = `best ${column} ${Number(value.toPrecision(4))}, epoch ${epoch}`;
  const mark = { type: "text", color: palette.grey, fontSize: 11, baseline: "top" };
  return {
    data: { values: [{ epoch, text }] },
    mark: { ...mark, align: isLate ? "right" : "left", dx: isLate ? -5 : 5 },
    encoding: { y: { value: 3 }, text: { field: "text", type: "nominal" } },
  };
}

function ratePanel(steps: readonly StepRow[]): object[] {
  const values = steps
    .filter(({ learningRate }) => learningRate !== undefined)
    .map(({ epoch, learningRate = Number.NaN }) => ({ epoch: brief(epoch), learningRate: brief(learningRate) }));
  return [
    {
      ...(values.length ? { data: { values } } : {}),
      mark: {
        type: "line",
        color: palette.green,
        ...(values.length ? {} : { point: { size: 16, color: palette.green } }),
      },
      encoding: {
        y: {
          field: "learningRate",
          type: "quantitative",
          title: ["learning", "rate"],
          axis: { format: "~g", tickCount: 3 },
        },
      },
    },
  ];
}

function timeSpan(epochs: readonly EpochRow[], steps: readonly StepRow[]): [first: number, last: number] {
  const last = Math.max(epochs.at(-1)?.epoch ?? 0, Math.ceil(steps.at(-1)?.epoch ?? 0));
  return [steps.length ? Math.floor(steps[0]?.epoch ?? 0) : (epochs[0]?.epoch ?? 1), last];
}

function briefRow(row: EpochRow): Record<string, number | null> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, brief(value ?? Number.NaN)]));
}

function summary(epochs: readonly EpochRow[], best: LossCurveData["best"]): string {
  const last = epochs.at(-1);
  if (!last) return "";
  const seconds = epochs.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const parts = [`${epochs.length} ${epochs.length === 1 ? "epoch" : "epochs"}`];
  if (seconds > 0) parts.push(`${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`);
  if (last.imagesPerSecond) parts.push(`${Math.round(last.imagesPerSecond).toLocaleString("en")} images/s`);
  if (best) parts.push(`best ${best.column} ${Number(best.value.toPrecision(4))} in epoch ${best.epoch}`);
  return parts.join(", ");
}

function asText(epochs: readonly EpochRow[], best: LossCurveData["best"]): string {
  if (!epochs.length) return "";
  const columns = [...new Set(epochs.flatMap((row) => Object.keys(row)))].filter((name) => name !== "epoch");
  const shown = epochs.length > 20 ? [...epochs.slice(0, 5), ...epochs.slice(-15)] : epochs;
  const table = tableAsText({
    columns,
    rows: shown.map((row) => ({
      name: `${row.epoch === best?.epoch ? "best " : ""}epoch ${row.epoch}`,
      cells: columns.map((name) => number(row[name])),
    })),
  });
  const left = epochs.length - shown.length;
  return left > 0 ? `${table}\n(${left} epochs in between are left out)` : table;
}

function number(value: number | undefined): string {
  if (value === undefined) return "";
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
