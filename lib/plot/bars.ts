// Numbers by name as bars, one or a few a name: above all the scores of a classifier, class by class.
import { checkChoice, checkOptions, invalid, isList } from "../engine/invalid.js";
import { type ClassificationReport, classificationReport } from "../metrics/index.js";
import { Chart } from "./chart.js";
import { axisNames, checkTitle } from "./class-names.js";
import { curveColors } from "./named-curves.js";
import { isPredictions, type Predictions, readPredictions } from "./predictions.js";
import { brief, makeSpec, palette } from "./spec.js";
import { countTicks, numberFormat } from "./ticks.js";

/** One number a name, or several of the same names each: `{ cat: { precision: 0.9, recall: 0.8 }, dog: … }`. */
export type NamedValues = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

export interface BarsOptions {
  /** Order of the names, by their first number; as given by default. */
  sort?: "ascending" | "descending";
  /** At the axis of the numbers; what score it is for reports and evaluations, "value" else. */
  label?: string;
  /** Above the chart. */
  title?: string;
}

export interface BarsData {
  /** As shown, from top to bottom. */
  readonly names: readonly string[];
  /** What each number of a name is, such as precision; one name, the label, where there is one number a name. */
  readonly series: readonly string[];
  /** One row a name, one number a series. */
  readonly values: readonly (readonly number[])[];
}

const mostNames = 100;
const mostSeries = 7;
/** Of a report, more classes than these have their F1 scores drawn only. */
const mostWithAllScores = 20;

/**
 * Draws numbers as bars: precision, recall and F1 score of every class (of more than 20 classes, the F1 scores), or any
 * numbers by name. Numbers that are not finite are gaps; of more than 100 names the first 100 are drawn, with a notice.
 * @param values a report of `ml.metrics.classificationReport`, an evaluation of `ml.evaluate`, or numbers by name
 * @throws unless there are names, with the same numbers each
 */
export function bars(
  values: ClassificationReport | Predictions | NamedValues,
  options: BarsOptions = {},
): Chart<BarsData> {
  checkOptions("options", options, ["sort", "label", "title"]);
  checkTitle(options);
  const { sort } = options;
  checkChoice("sort", sort, [undefined, "ascending", "descending"]);
  if (options.label !== undefined && typeof options.label !== "string") throw invalid("label", "text", options.label);
  const report = reportOf(values);
  const { label = report ? scoreLabel(report) : "value", title = report ? "Scores by class" : "Values" } = options;
  const all = report ? scoresOf(report) : numbersOf(values, label);
  const sign = sort === "descending" ? -1 : 1;
  const order = Array.from(all.names.keys());
  const key = (i: number) => {
    const first = all.values[i]?.[0] ?? Number.NaN;
    return Number.isFinite(first) ? sign * first : Number.MAX_VALUE;
  };
  if (sort) order.sort((a, b) => key(a) - key(b) || a - b);
  const shown = order.slice(0, mostNames);
  const data: BarsData = {
    names: shown.map((i) => all.names[i] ?? ""),
    series: all.series,
    values: shown.map((i) => all.values[i] ?? []),
  };
  const notice =
    shown.length < order.length ? `the first ${shown.length} of ${order.length.toLocaleString("en")} are drawn` : "";
  const finite = data.values.flat().filter(Number.isFinite);
  if (!finite.length) throw invalid("values", "at least one finite number", data.values.flat());
  const spec = makeSpec({
    title: notice ? { text: title, subtitle: notice } : title,
    ...drawing(data, label, finite, report !== undefined),
  });
  return new Chart(spec, data, asText(title, notice, data));
}

function drawing(data: BarsData, label: string, finite: readonly number[], isScore: boolean): object {
  const { names, series, values } = data;
  const isGrouped = series.length > 1;
  const isDense = names.length > 40;
  const [least, most] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const span = most - least || 1;
  const room = (end: number) => (end === 0 ? 0 : 0.16 * span * Math.sign(end));
  const domain = isScore ? [0, 1.12] : [least + room(least), most + room(most)];
  const isCounted = least === 0 && finite.every(Number.isInteger);
  const ticks = isCounted ? countTicks(most) : { tickCount: 5 };
  const labels = axisNames(names);
  const shared = { field: "series", type: "nominal", sort: series };
  const y = {
    field: "name",
    type: "nominal",
    sort: null,
    title: null,
    axis: { ticks: false, domain: false, labelOverlap: false, labelFontSize: isDense ? 9 : 11, labelPadding: 6 },
    scale: { domain: labels, paddingInner: isGrouped ? 0.25 : 0.15 },
  };
  const x = {
    field: "value",
    type: "quantitative",
    title: label,
    scale: { domain, nice: false, zero: true },
    axis: {
      grid: false,
      format: numberFormat(domain),
      ...(isScore ? { values: [0, 0.2, 0.4, 0.6, 0.8, 1] } : ticks),
    },
  };
  const group = isGrouped ? { yOffset: shared } : {};
  const color = isGrouped ? { color: curveColors("series", series, true).color } : { color: { value: palette.blue } };
  const written = (isNegative: boolean) => ({
    transform: [{ filter: `isValid(datum.value) && datum.value ${isNegative ? "<" : ">="} 0` }],
    mark: {
      type: "text",
      align: isNegative ? "right" : "left",
      dx: isNegative ? -4 : 4,
      fontSize: isDense || isGrouped ? 9 : 11,
      color: palette.grey,
    },
    encoding: { y, x, ...group, text: { field: "label", type: "nominal" } },
  });
  return {
    width: 360,
    // One step a name; within it, one bar a series.
    height: isGrouped ? { step: 12, for: "offset" } : { step: isDense ? 12 : 20 },
    data: {
      values: names.flatMap((_, i) =>
        series.map((one, s) => {
          const value = values[i]?.[s] ?? Number.NaN;
          return { name: labels[i], series: one, value: brief(value), label: brieflyWritten(value, isScore) };
        }),
      ),
    },
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          y,
          x,
          ...group,
          ...color,
          tooltip: [
            { field: "name", type: "nominal" },
            ...(isGrouped ? [{ field: "series", type: "nominal" }] : []),
            { field: "value", type: "quantitative", format: ".6~g" },
          ],
        },
      },
      written(false),
      ...(least < 0 ? [written(true)] : []),
    ],
  };
}

function scoreLabel({ classes }: ClassificationReport): string {
  return classes.length > mostWithAllScores ? "F1 score" : "score";
}

function reportOf(values: unknown): ClassificationReport | undefined {
  if (isPredictions(values)) {
    const { yTrue, yPred, classNames } = readPredictions("values", values);
    return classificationReport(yTrue, yPred, { labels: classNames.map((_, i) => i), classNames });
  }
  const { classes, macroAverage } = (values ?? {}) as Partial<ClassificationReport>;
  return Array.isArray(classes) && macroAverage !== undefined ? (values as ClassificationReport) : undefined;
}

function scoresOf({ classes }: ClassificationReport): BarsData {
  const isScore = (one: unknown) => typeof one === "number";
  classes.forEach((one, i) => {
    if (typeof one?.className !== "string" || ![one.precision, one.recall, one.f1Score].every(isScore))
      throw invalid(`values.classes[${i}]`, "the scores of a class", one);
  });
  const names = classes.map(({ className }) => className);
  if (!names.length || new Set(names).size < names.length)
    throw invalid("values", "scores of classes with different names", names);
  return classes.length > mostWithAllScores
    ? { names, series: ["F1 score"], values: classes.map(({ f1Score }) => [f1Score]) }
    : {
        names,
        series: ["precision", "recall", "F1 score"],
        values: classes.map(({ precision, recall, f1Score }) => [precision, recall, f1Score]),
      };
}

function numbersOf(given: unknown, label: string): BarsData {
  const rule = "a report, an evaluation, or numbers by name";
  if (typeof given !== "object" || given === null || isList(given)) throw invalid("values", rule, given);
  const entries = Object.entries(given as Record<string, unknown>);
  if (!entries.length) throw invalid("values", rule, given);
  const [, first] = entries[0] ?? [];
  if (typeof first === "number") {
    const wrong = entries.find(([, value]) => typeof value !== "number");
    if (wrong) throw invalid(`values.${wrong[0]}`, "a number", wrong[1]);
    return {
      names: entries.map(([name]) => name),
      series: [label],
      values: entries.map(([, value]) => [Number(value)]),
    };
  }
  const series = Object.keys((first ?? {}) as object);
  if (series.length < 1 || series.length > mostSeries)
    throw invalid(`values.${entries[0]?.[0]}`, `a number, or 1 to ${mostSeries} numbers by name`, first);
  const values = entries.map(([name, row]) =>
    series.map((one) => {
      const value = ((row ?? {}) as Record<string, unknown>)[one];
      if (typeof value !== "number") throw invalid(`values.${name}.${one}`, "a number", value);
      return value;
    }),
  );
  return { names: entries.map(([name]) => name), series, values };
}

function brieflyWritten(value: number, isScore: boolean): string {
  if (!Number.isFinite(value)) return "–";
  if (isScore) return value.toFixed(2);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

function asText(title: string, notice: string, { names, series, values }: BarsData): string {
  const lines = [["", ...series], ...names.map((name, i) => [name, ...(values[i] ?? []).map(precise)])];
  const widths = ["", ...series].map((_, c) => Math.max(...lines.map((line) => (line[c] ?? "").length)));
  const text = lines.map((line) =>
    line.map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0))).join("  "),
  );
  return [title, ...text, ...(notice ? [notice] : [])].join("\n");
}

function precise(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "–";
}
