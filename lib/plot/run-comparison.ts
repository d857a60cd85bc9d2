// Several training runs in one picture, one colour a run: which learned faster, which further. What lossCurve draws of runs by
// name.
import { checkOptions, invalid, isList } from "../engine/invalid.js";
import { tableAsText } from "../metrics/table.js";
import { Chart } from "./chart.js";
import { axisNames, checkTitle } from "./class-names.js";
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
  validationName,
} from "./epoch-rows.js";
import { mostCurves } from "./named-curves.js";
import { extent } from "./number-series.js";
import { flatScale } from "./series-axes.js";
import { brief, makeSpec, palette } from "./spec.js";
import { thinned } from "./thin.js";

/** Histories of `ml.fit`, or their rows, by the name of the run. */
export type NamedRuns = Readonly<Record<string, EpochHistory | readonly EpochRow[]>>;

export interface RunComparisonData {
  readonly runs: readonly {
    readonly name: string;
    readonly epochs: readonly EpochRow[];
    readonly best: BestEpoch | undefined;
  }[];
}

/** Numbers in the specification, of all runs together: so it leaves room for the picture beside it. */
const mostValues = 1800;
/** Of more epochs a run, lines say more than dots. */
const mostDots = 60;
const width = 480;
/** Dashes tell training from validation here, so the palette goes on with dark ones of Tol's: https://sronpersonalpages.nl/~pault/ */
const colors = [...Object.values(palette), "#332288", "#882255", "#999933", "#44aa99", "#000000"];

/**
 * Draws runs on top of each other, one panel for the loss and each metric: validation where it was measured, as a line,
 * training dashed. `lossCurve` calls it.
 * @param named 1 to 12 runs, with 1 epoch each at least
 * @throws unless the runs have epochs with numbers
 */
export function compareRuns(
  named: NamedRuns,
  options: { title?: string; subtitle?: string } = {},
): Chart<RunComparisonData> {
  checkOptions("options", options, ["title", "subtitle"]);
  checkTitle(options);
  const runs = readRuns(named);
  const names = axisNames(runs.map(({ name }) => name));
  const rows = runs.flatMap(({ epochs }) => epochs);
  const measured = metricNames(rows).filter((name) => hasValues(rows, name));
  const metrics = measured.slice(0, mostPanels);
  if (!metrics.length)
    throw invalid(
      "history",
      "at least one finite loss",
      rows.map(({ loss }) => loss),
    );
  const columns = metrics.flatMap((name) => [validationName(name), name]).filter((column) => has(rows, column));
  // The names of run and epoch take room too.
  const share = Math.max(3, Math.floor(mostValues / (runs.length * (2 + columns.length))));
  const drawn = runs.map(({ epochs }) => thinned(epochs, share));
  const isCut = drawn.some((epochs, i) => epochs.length < (runs[i]?.epochs.length ?? 0));
  const hasBoth = metrics.some((name) => has(rows, name) && has(rows, validationName(name)));
  const notices = [
    options.subtitle ?? bestRun(runs),
    hasBoth ? "lines: validation, dashed: training" : "",
    isCut ? `at most ${share} epochs a run are drawn` : "",
    metrics.length < measured.length ? `the first ${metrics.length} of ${measured.length} metrics are drawn` : "",
  ].filter((line) => line !== "");
  const epochs = rows.map(({ epoch }) => epoch);
  const time = timeAxis(
    epochs.reduce((a, b) => Math.min(a, b)),
    epochs.reduce((a, b) => Math.max(a, b)),
  );
  // The points of a single epoch would lie on the edges.
  const room = epochs.every((epoch) => epoch === epochs[0]) ? { padding: 12 } : {};
  const { title = "Runs" } = options;
  const spec = makeSpec({
    title: notices.length ? { text: title, subtitle: notices } : title,
    data: {
      values: drawn.flatMap((epochs, run) => epochs.map((row) => ({ run: names[run], ...briefRow(row, columns) }))),
    },
    spacing: 14,
    vconcat: metrics.map((name, i) => ({
      width,
      height: i === 0 ? 200 : 120,
      transform: [
        { fold: [validationName(name), name].filter((column) => columns.includes(column)), as: ["column", "value"] },
        { filter: "isValid(datum.value)" },
        { calculate: `datum.column == ${JSON.stringify(name)} ? 'training' : 'validation'`, as: "set" },
      ],
      mark: { type: "line", point: drawn.every(({ length }) => length <= mostDots) ? { size: 18 } : false },
      encoding: {
        x: { ...time, axis: { ...time.axis, ...(i === metrics.length - 1 ? { title: "epoch" } : { labels: false }) } },
        y: {
          field: "value",
          type: "quantitative",
          title: name,
          scale: scaleOf(rows, name) ?? { zero: false, ...room },
        },
        color: {
          field: "run",
          type: "nominal",
          sort: names,
          scale: { domain: names, range: colors.slice(0, names.length) },
          legend: { title: null },
        },
        ...(hasBoth
          ? {
              strokeDash: {
                field: "set",
                type: "nominal",
                scale: {
                  domain: ["validation", "training"],
                  range: [
                    [1, 0],
                    [3, 3],
                  ],
                },
                legend: null,
              },
              opacity: { condition: { test: "datum.set == 'training'", value: 0.5 }, value: 1 },
            }
          : {}),
        tooltip: [
          { field: "run", type: "nominal" },
          { field: "epoch", type: "quantitative" },
          { field: "set", type: "nominal" },
          { field: "value", type: "quantitative", title: name, format: ".5~g" },
        ],
      },
    })),
  });
  return new Chart(spec, { runs }, [title, ...notices, asText(runs, metrics)].join("\n"));
}

function readRuns(named: NamedRuns): RunComparisonData["runs"] {
  const entries = Object.entries(named);
  if (entries.length < 1 || entries.length > mostCurves)
    throw invalid(
      "history",
      `1 to ${mostCurves} runs by name`,
      entries.map(([name]) => name),
    );
  return entries.map(([name, given]) => {
    if (!isHistory(given)) throw invalid(`history.${name}`, "a history of ml.fit, or its epochs", given);
    const epochs: readonly EpochRow[] = Array.from(isList(given) ? given : given.epochs);
    if (!epochs.length) throw invalid(`history.${name}`, "at least one epoch", epochs);
    epochs.forEach((row, i) => {
      checkRow(`history.${name}[${i}]`, row, "epoch, loss, …");
    });
    return { name, epochs, best: bestEpoch(epochs) };
  });
}

function scaleOf(rows: readonly EpochRow[], name: string): object | undefined {
  const values = rows.flatMap((row) => [row[name] ?? Number.NaN, row[validationName(name)] ?? Number.NaN]);
  return flatScale(extent(values));
}

function briefRow(row: EpochRow, columns: readonly string[]): Record<string, number | null> {
  const own = columns.filter((column) => Number.isFinite(row[column]));
  return Object.fromEntries(["epoch", ...own].map((column) => [column, brief(row[column] ?? Number.NaN)]));
}

function has(epochs: readonly EpochRow[], column: string): boolean {
  return epochs.some((row) => Number.isFinite(row[column]));
}

/** Only among runs that measured the same. */
function bestRun(runs: RunComparisonData["runs"]): string {
  const [first] = runs;
  if (runs.length < 2 || runs.some(({ best }) => best === undefined || best.column !== first?.best?.column)) return "";
  const best = runs.reduce((a, b) => ((b.best?.value ?? 0) < (a.best?.value ?? 0) ? b : a));
  return `best ${best.best?.column} ${written(best.best?.value)}: ${best.name}, epoch ${best.best?.epoch}`;
}

/** One line a run: its best epoch, and what else was measured there. */
function asText(runs: RunComparisonData["runs"], metrics: readonly string[]): string {
  const all = runs.flatMap(({ epochs }) => epochs);
  const columns = metrics.flatMap((name) => [name, validationName(name)]).filter((column) => has(all, column));
  return tableAsText({
    columns: ["epochs", "best epoch", ...columns],
    rows: runs.map(({ name, epochs, best }) => {
      const row = epochs.find(({ epoch }) => epoch === best?.epoch);
      const cells = [String(epochs.length), best === undefined ? "–" : String(best.epoch)];
      return { name, cells: [...cells, ...columns.map((column) => written(row?.[column]))] };
    }),
  });
}

function written(value: number | undefined): string {
  return value !== undefined && Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "–";
}
