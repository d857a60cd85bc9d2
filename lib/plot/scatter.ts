// Points by two numbers, coloured by class: for data, errors against predictions, embeddings.
import { checkOptions, invalid, isList } from "../engine/invalid.js";
import { Chart } from "./chart.js";
import { axisNames, checkLabels, checkTitle } from "./class-names.js";
import { extent, type Numbers, readNumbers, short } from "./number-series.js";
import { axisOf, checkAxisTitle } from "./series-axes.js";
import { brief, makeSpec, palette } from "./spec.js";
import { sampledPlaces } from "./thin.js";

export interface ScatterOptions {
  /** The class of each point, by which it is coloured; the 19 most frequent have a colour of their own. */
  labels?: ArrayLike<string | number>;
  /** Above the chart. */
  title?: string;
  /** Below the x axis, with its unit; "x" by default. */
  xTitle?: string;
  /** Beside the y axis, with its unit; "y" by default. */
  yTitle?: string;
}

export interface ScatterData {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly labels: readonly string[] | undefined;
}

const mostPoints = 1200;
const mostClasses = 19;
const shapes = ["circle", "square", "triangle-up"];
const others = "(others)";
/** Lighter than the palette: what has no colour of its own. */
const rest = "#bdbdbd";

/**
 * Draws one mark a point. Points with NaN or ±Infinity are left out; of very many an even sample is drawn; the chart says both.
 * @param x numbers: a list, typed array or tensor
 * @param y as many
 * @throws unless x, y and labels are equally many, and at least one point is finite
 */
export function scatter(x: Numbers, y: Numbers, options: ScatterOptions = {}): Chart<ScatterData> {
  checkOptions("options", options, ["labels", "title", "xTitle", "yTitle"]);
  checkTitle(options);
  for (const name of ["xTitle", "yTitle"] as const) checkAxisTitle(name, options[name]);
  const { title = "Scatter plot", xTitle = "x", yTitle = "y" } = options;
  const [xs, ys] = [readNumbers("x", x), readNumbers("y", y)];
  if (ys.length !== xs.length) throw invalid("y", `${xs.length} numbers, one an x`, ys);
  const labels = options.labels === undefined ? undefined : readPointLabels(options.labels, xs.length);
  const finite = Array.from({ length: xs.length }, (_, i) => i).filter(
    (i) => Number.isFinite(xs[i]) && Number.isFinite(ys[i]),
  );
  if (!finite.length) throw invalid("x, y", "at least one finite point", xs);
  const drawn = sampledPlaces(finite.length, mostPoints).map((place) => finite[place] ?? 0);
  const out = xs.length - finite.length;
  const notice = [
    ...(drawn.length < finite.length
      ? [`${drawn.length} of ${finite.length.toLocaleString("en")} points are drawn`]
      : []),
    ...(out ? [`${out.toLocaleString("en")} not finite left out`] : []),
  ].join("; ");
  const groups = labels === undefined ? undefined : groupsOf(labels);
  const shown = (i: number) => groups?.shown.get(labels?.[i] ?? "") ?? others;
  const ends = (values: ArrayLike<number>) => extent(finite.map((i) => values[i] ?? Number.NaN));
  const spec = makeSpec({
    title: { text: title, ...(notice ? { subtitle: notice } : {}) },
    width: 360,
    height: 320,
    data: {
      values: drawn.map((i) => ({
        x: brief(xs[i] ?? Number.NaN),
        y: brief(ys[i] ?? Number.NaN),
        ...(groups ? { label: shown(i) } : {}),
      })),
    },
    mark: { type: "point", filled: true, size: drawn.length > 300 ? 16 : 36, opacity: drawn.length > 300 ? 0.6 : 0.8 },
    encoding: {
      x: axisOf("x", xTitle, ends(xs)),
      y: axisOf("y", yTitle, ends(ys)),
      ...(groups ? colorAndShape(groups.names) : { color: { value: palette.blue } }),
      tooltip: [
        ...(groups ? [{ field: "label", type: "nominal" }] : []),
        ...["x", "y"].map((field) => ({ field, type: "quantitative", format: ".4~g" })),
      ],
    },
  });
  const span = (name: string, values: ArrayLike<number>) => {
    const [least, most] = ends(values) ?? [0, 0];
    return `${name} ${short(least)} to ${short(most)}`;
  };
  const points = `${finite.length.toLocaleString("en")} ${finite.length === 1 ? "point" : "points"}`;
  const text = [
    `${title}: ${points}, ${span(xTitle, xs)}, ${span(yTitle, ys)}`,
    ...(groups ? [groups.counts.map(([name, count]) => `${name}: ${count.toLocaleString("en")}`).join(", ")] : []),
    ...(notice ? [notice] : []),
  ];
  return new Chart(spec, { x: xs, y: ys, labels }, text.join("\n"));
}

/** @throws unless there is one a point, each a name or a number. */
export function readPointLabels(given: unknown, points: number): string[] {
  if (!isList(given) || given.length !== points) throw invalid("labels", `${points} labels, one a point`, given);
  checkLabels("labels", given);
  return Array.from(given, String);
}

interface Groups {
  readonly names: readonly string[];
  readonly counts: readonly (readonly [name: string, count: number])[];
  /** From a label to what stands in the legend. */
  readonly shown: ReadonlyMap<string, string>;
}

/** The classes in the order of their names, numbers by size; the rarest of too many are "(others)". */
function groupsOf(labels: readonly string[]): Groups {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).slice(0, mostClasses);
  const kept = frequent.sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const names = axisNames(kept.map(([name]) => name));
  const shown = new Map(kept.map(([name], i) => [name, names[i] ?? name]));
  const rest = labels.length - kept.reduce((sum, [, count]) => sum + count, 0);
  const all = kept.map(([name, count]) => [shown.get(name) ?? name, count] as const);
  return { names: rest ? [...names, others] : names, counts: rest ? [...all, [others, rest]] : all, shown };
}

/** Beyond seven colours, the same again with another shape: both are in one legend. */
export function colorAndShape(names: readonly string[]): object {
  const colors = [
    palette.blue,
    palette.vermillion,
    palette.green,
    palette.purple,
    palette.orange,
    palette.sky,
    palette.grey,
  ];
  const legend = { title: null, columns: 1, symbolOpacity: 1, symbolSize: 50 };
  return {
    color: {
      field: "label",
      type: "nominal",
      legend,
      scale: { domain: names, range: names.map((name, i) => (name === others ? rest : colors[i % colors.length])) },
    },
    ...(names.length > colors.length
      ? {
          shape: {
            field: "label",
            type: "nominal",
            legend,
            scale: { domain: names, range: names.map((_, i) => shapes[Math.floor(i / colors.length)]) },
          },
        }
      : {}),
  };
}
