// How numbers are distributed: a histogram of one series, or of several one above the other in one picture.
import { checkBoolean, checkNumber, checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import { tableAsText } from "../metrics/table.js";
import { binCounts, binEdges } from "./bins.js";
import { Chart } from "./chart.js";
import { checkTitle } from "./class-names.js";
import { leftOut, type Moments, moments } from "./moments.js";
import { extent, type Numbers, readSeries, type Series, short } from "./number-series.js";
import { checkAxisTitle } from "./series-axes.js";
import { brief, makeSpec, palette } from "./spec.js";
import { countTicks, numberFormat, shortCounts } from "./ticks.js";

export interface HistogramOptions {
  /** How many bins of one width, 1 to 200; by default numpy's rule "auto", at most 100. */
  bins?: number;
  /** The first bin's left edge and the last one's right edge; by default the least and the largest number. */
  range?: readonly [number, number];
  /** Show the share of the series by unit of x (the bars' area is 1) instead of counts, to compare series of different length. */
  density?: boolean;
  /** Above the chart. */
  title?: string;
  /** Below the x axis, with its unit; "value" by default. */
  xTitle?: string;
}

export interface HistogramData {
  /** One more than there are bins. */
  edges: readonly number[];
  series: readonly {
    name: string;
    /** One a bin. */
    counts: readonly number[];
    /** Of all finite numbers, also of those outside of `range`. */
    mean: number;
    std: number;
    nan: number;
    infinite: number;
  }[];
}

/**
 * Draws a histogram. Bins and counts are those of `numpy.histogram`: a bin holds its left edge, the last one its right edge too.
 * NaN and ±Infinity are left out, and the chart says how many.
 * @param values numbers (a list, typed array or tensor), or 1 to 7 such by name: `{ train: …, test: … }`
 * @throws unless there is at least one finite number
 */
export function histogram(
  values: Numbers | Readonly<Record<string, Numbers>>,
  options: HistogramOptions = {},
): Chart<HistogramData> {
  checkOptions("options", options, ["bins", "range", "density", "title", "xTitle"]);
  checkTitle(options);
  checkAxisTitle("xTitle", options.xTitle);
  const { bins, range, density = false, title = "Histogram", xTitle = "value" } = options;
  if (bins !== undefined) checkWhole("bins", bins, 1, 200);
  checkBoolean("density", density);
  if (range !== undefined) checkRange(range);
  const all = readSeries("values", values);
  const edges = edgesOf(all, bins, range);
  const series = all.map(({ name, values: own }) => ({ name, counts: binCounts(own, edges), own: moments(own) }));
  const heights = series.map(({ counts }) => heightsOf(counts, edges, density));
  const isOne = series.length === 1;
  const summary = isOne && series[0] ? [describe(series[0].own)] : [];
  const [first, last] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  // A single bar that fills the picture looks like none.
  const room = edges.length === 2 ? last - first : 0;
  const ends = [first - room, last + room];
  const field = density ? "density" : "count";
  const most = extent(heights.flat())?.[1] ?? 0;
  const spec = makeSpec({
    title: { text: title, ...(summary.length ? { subtitle: summary } : {}) },
    width: 480,
    height: 240,
    data: { values: rowsOf(heights, edges, field) },
    ...(isOne ? {} : { transform: bySeries(series, field) }),
    mark: {
      type: "bar",
      binSpacing: isOne && edges.length < 60 ? 1 : 0,
      opacity: isOne ? 1 : 0.55,
      orient: "vertical",
    },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        bin: { binned: true },
        title: xTitle,
        scale: { domain: ends.map(brief), nice: false, zero: false },
        axis: { grid: false, format: numberFormat(ends), tickCount: 8, labelOverlap: true },
      },
      x2: { field: "to" },
      y: {
        field,
        type: "quantitative",
        title: density ? "share by unit of x" : "count",
        stack: null,
        axis: density ? { format: numberFormat([most]) } : { ...shortCounts, ...countTicks(most) },
      },
      ...(isOne ? { color: { value: palette.blue } } : { color: colorOf(series) }),
      tooltip: ["from", "to", field].map((name) => ({ field: name, type: "quantitative", format: ".4~g" })),
    },
  });
  const data = series.map(({ name, counts, own: { mean, std, nan, infinite } }) => ({
    name,
    counts,
    mean,
    std,
    nan,
    infinite,
  }));
  return new Chart(spec, { edges, series: data }, asText(title, series, edges));
}

function checkRange(range: unknown): asserts range is readonly [number, number] {
  if (!isList(range) || range.length !== 2) throw invalid("range", "two numbers, the left and the right edge", range);
  checkNumber("range[0]", range[0]);
  checkNumber("range[1]", range[1], { above: range[0] });
}

function edgesOf(all: readonly Series[], bins: number | undefined, range: readonly [number, number] | undefined) {
  const joined = all.length === 1 ? (all[0]?.values ?? []) : all.flatMap(({ values }) => Array.from(values));
  const ends = extent(joined);
  if (ends === undefined) throw invalid("values", "at least one finite number", joined);
  if (!Number.isFinite(ends[1] - ends[0]) || (range && !Number.isFinite(range[1] - range[0])))
    throw invalid("values", "numbers that are less than 1.8e308 apart", range ?? ends);
  const edges = binEdges(joined, bins, range);
  // Numbers that differ in their last digits only leave no room between edges.
  return edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? edge)) ? edges : binEdges(joined, 1, range);
}

function heightsOf(counts: readonly number[], edges: readonly number[], density: boolean): number[] {
  if (!density) return [...counts];
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, i) => (total ? count / total / ((edges[i + 1] ?? 0) - (edges[i] ?? 0)) : 0));
}

/** One row a bin: with the height, or with those of all series, which is smaller than a row for each. */
function rowsOf(heights: readonly (readonly number[])[], edges: readonly number[], field: string): object[] {
  return edges.slice(1).map((to, bin) => {
    const own = heights.map((list) => brief(list[bin] ?? 0));
    return { from: brief(edges[bin] ?? 0), to: brief(to), [field]: own.length === 1 ? own[0] : own };
  });
}

function bySeries(series: readonly { name: string }[], field: string): object[] {
  const names = JSON.stringify(series.map(({ name }) => name));
  return [{ calculate: names, as: "series" }, { flatten: ["series", field] }];
}

function colorOf(series: readonly { name: string }[]): object {
  return { field: "series", type: "nominal", sort: series.map(({ name }) => name), legend: { title: null } };
}

function describe(own: Moments): string {
  const head = `${own.count.toLocaleString("en")} ${own.count === 1 ? "value" : "values"}`;
  const out = leftOut(own);
  if (own.count === 0) return [head, out].filter(Boolean).join("; ");
  const range = `${short(own.least)} to ${short(own.most)}`;
  return `${head}, ${range}, mean ${short(own.mean)}, standard deviation ${short(own.std)}${out ? `; ${out}` : ""}`;
}

/** Few bins with their numbers, many as a row of blocks. */
function asText(
  title: string,
  series: readonly { name: string; counts: readonly number[]; own: Moments }[],
  edges: readonly number[],
): string {
  const lines = series.map(({ name, own }) => `${name === "" ? "" : `${name}: `}${describe(own)}`);
  const head = series.length === 1 ? [`${title}: ${lines[0]}`] : [title, ...lines];
  if (edges.length > 21) {
    const span = `${edges.length - 1} bins from ${short(edges[0] ?? 0)} to ${short(edges.at(-1) ?? 0)}`;
    return [...head, ...series.map(({ name, counts }) => `${blocks(counts)}${name && ` ${name}`}`), span].join("\n");
  }
  const rows = series.length
    ? edges.slice(1).map((to, i) => ({
        name: `${short(edges[i] ?? 0)} to ${short(to)}`,
        cells: series.map(({ counts }) => (counts[i] ?? 0).toLocaleString("en")),
      }))
    : [];
  const columns = series.map(({ name }) => name || "count");
  return [...head, tableAsText({ columns, rows })].join("\n");
}

function blocks(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts.map((count) => (count ? "▁▂▃▄▅▆▇█"[Math.ceil((8 * count) / most) - 1] : " ")).join("");
}
