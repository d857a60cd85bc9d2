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
  mostPanels,
  timeAxis,
  trainingName,
  validationName,
} from "./epoch-rows.js";
import { metricPanel, ratePanel, type StepRow } from "./loss-panels.js";
import { compareRuns, type NamedRuns, type RunComparisonData } from "./run-comparison.js";
import { brief, makeSpec } from "./spec.js";
import { thinned } from "./thin.js";

export interface LossCurveOptions {
  /** Losses and metrics of single steps, drawn faintly behind those of the epochs. */
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
/** Numbers in the specification, columns times rows: so it leaves room for the picture beside it. */
const [mostValues, mostBesideSteps] = [1800, 1000];
/** As many as the live plot keeps; fewer of many metrics, whose numbers are so many at most. */
const [mostSteps, fewestSteps, mostStepValues] = [400, 100, 1600];
/** Of more epochs, lines say more than dots. */
const mostDots = 60;

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
  const ofSteps = metricNames(steps).filter((name) => steps.some((row) => Number.isFinite(row[name])));
  const measured = [...new Set([...metricNames(epochs), ...ofSteps])].filter(
    (name) => hasValues(epochs, name) || ofSteps.includes(name),
  );
  const metrics = measured.slice(0, mostPanels);
  const stepColumns = ["epoch", "learningRate", ...metrics.filter((name) => ofSteps.includes(name))];
  const most = Math.max(fewestSteps, Math.floor(mostStepValues / stepColumns.length));
  const points = thinned(steps, Math.min(mostSteps, most));
  if (!metrics.length)
    throw invalid(
      "history",
      "at least one finite loss",
      epochs.map(({ loss }) => loss),
    );
  const [first, last] = timeSpan(epochs, steps);
  const isLate = best !== undefined && best.epoch - first > (last - first) / 2;
  const isRate = (row: EpochRow | StepRow) => Number.isFinite(row.learningRate ?? Number.NaN);
  const rateOf = steps.some(isRate) ? "steps" : epochs.some(isRate) ? "epochs" : undefined;
  const columns = [
    "epoch",
    ...metrics.flatMap((name) => [name, validationName(name)]).filter((name) => epochs.some((row) => name in row)),
    ...(rateOf === "epochs" || first >= 1 ? ["learningRate"] : []),
  ];
  const rows = thinned(
    epochs,
    Math.max(20, Math.floor((steps.length ? mostBesideSteps : mostValues) / columns.length)),
  );
  const panels = metrics.map((name) =>
    metricPanel(name, epochs, ofSteps.includes(name) ? points : [], epochs.length > 1 ? best : undefined, {
      hasValidation,
      isLate,
      arePoints: rows.length <= mostDots,
    }),
  );
  if (rateOf) panels.push(ratePanel(rateOf === "steps", rows.length <= mostDots, steps[0]?.epoch ?? 0));
  const time = timeAxis(first, last);
  const stopped = "stopped" in history ? history.stopped : undefined;
  const notices = [
    subtitle ?? summary(epochs, best),
    stopped ?? "",
    rows.length < epochs.length ? `${rows.length} of ${epochs.length.toLocaleString("en")} epochs are drawn` : "",
    points.length < steps.length ? `${points.length} of ${steps.length.toLocaleString("en")} steps are drawn` : "",
    metrics.length < measured.length ? `the first ${metrics.length} of ${measured.length} metrics are drawn` : "",
  ].filter((line) => line !== "");
  const spec = makeSpec({
    title: notices.length ? { text: title, subtitle: notices } : title,
    data: { values: rows.map((row) => briefRow(row, columns)) },
    ...(steps.length ? { datasets: { steps: points.map((row) => briefRow(row, stepColumns)) } } : {}),
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

function timeSpan(epochs: readonly EpochRow[], steps: readonly StepRow[]): [first: number, last: number] {
  const last = Math.max(epochs.at(-1)?.epoch ?? 0, Math.ceil(steps.at(-1)?.epoch ?? 0));
  // A run that was resumed has epochs from before its steps.
  const firsts = [epochs[0]?.epoch, steps.length ? Math.floor(steps[0]?.epoch ?? 0) : undefined];
  return [Math.min(...firsts.filter((epoch) => epoch !== undefined)), last];
}

/** Of what is drawn. */
function briefRow(row: EpochRow | StepRow, columns: readonly string[]): Record<string, number | null> {
  const own = Object.entries(row).filter(([name]) => columns.includes(name));
  return Object.fromEntries(own.map(([name, value]) => [name, brief(value ?? Number.NaN)]));
}

function summary(epochs: readonly EpochRow[], best: LossCurveData["best"]): string {
  const last = epochs.at(-1);
  if (!last) return "";
  const seconds = epochs.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
  const parts = [`${epochs.length.toLocaleString("en")} ${epochs.length === 1 ? "epoch" : "epochs"}`];
  if (seconds > 0) parts.push(`${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds).toLocaleString("en")} s`);
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
