// Numbers over an axis as lines: one series or several. What is longer than a picture shows keeps its peaks.
import { checkOptions, invalid } from "../engine/invalid.js";
import { Chart } from "./chart.js";
import { checkTitle } from "./class-names.js";
import { moments } from "./moments.js";
import { extent, type Numbers, readNumbers, readSeries, type Series, short } from "./number-series.js";
import { axisOf, checkAxisTitle } from "./series-axes.js";
import { brief, makeSpec, palette } from "./spec.js";

export interface LineOptions {
  /** Where each number stands on the x axis, finite, as many as there are in each series; 0, 1, 2, … by default. */
  x?: Numbers;
  /** Above the chart. */
  title?: string;
  /** Below the x axis, with its unit; "index" by default, "x" where x is given. */
  xTitle?: string;
  /** Beside the y axis, with its unit; "value" by default. */
  yTitle?: string;
}

export interface LineData {
  readonly series: readonly {
    readonly name: string;
    readonly x: ArrayLike<number>;
    readonly y: ArrayLike<number>;
  }[];
}

/** Of all lines together. */
const mostPoints = 800;

/**
 * Draws numbers as lines. NaN and ±Infinity leave a gap. Of long series the least and the largest number of each stretch are
 * drawn, and the chart says so; `data` keeps all.
 * @param y numbers (a list, typed array or tensor), or 1 to 7 such by name: `{ train: …, test: … }`
 * @throws unless there is at least one finite number, and as many x as y
 */
export function line(y: Numbers | Readonly<Record<string, Numbers>>, options: LineOptions = {}): Chart<LineData> {
  checkOptions("options", options, ["x", "title", "xTitle", "yTitle"]);
  checkTitle(options);
  for (const name of ["xTitle", "yTitle"] as const) checkAxisTitle(name, options[name]);
  const { title = "Line chart", xTitle = options.x === undefined ? "index" : "x", yTitle = "value" } = options;
  const all = readSeries("y", y);
  const ends = joinedExtent(all.map(({ values }) => values));
  if (ends === undefined) throw invalid("y", "at least one finite number", all[0]?.values);
  const given = options.x === undefined ? undefined : readX(options.x, all);
  const data = all.map(({ name, values }) => ({
    name,
    x: given ?? Array.from({ length: values.length }, (_, i) => i),
    y: values,
  }));
  const share = Math.floor(mostPoints / all.length);
  const drawn = data.map(({ x, y: own }) => peaks(orderOf(x), own, share));
  const [shown, total] = [sumOf(drawn), sumOf(all.map(({ values }) => values))];
  const notice = shown < total ? [`${shown} of ${total.toLocaleString("en")} points are drawn, peaks among them`] : [];
  const isOne = all.length === 1;
  const spec = makeSpec({
    title: { text: title, ...(notice.length ? { subtitle: notice } : {}) },
    width: 480,
    height: 240,
    data: {
      values: data.flatMap(({ name, x, y: own }, i) =>
        (drawn[i] ?? []).map((at) => ({
          ...(isOne ? {} : { series: name }),
          x: brief(x[at] ?? Number.NaN),
          y: brief(own[at] ?? Number.NaN),
        })),
      ),
    },
    mark: { type: "line", point: Math.max(...drawn.map(({ length }) => length)) <= 40 },
    encoding: {
      x: axisOf("x", xTitle, joinedExtent(data.map(({ x }) => x))),
      y: axisOf("y", yTitle, ends),
      color: isOne
        ? { value: palette.blue }
        : { field: "series", type: "nominal", sort: all.map(({ name }) => name), legend: { title: null } },
      tooltip: ["x", "y"].map((field) => ({ field, type: "quantitative", format: ".4~g" })),
    },
  });
  return new Chart(spec, { series: data }, [title, ...all.map(describe), ...notice].join("\n"));
}

function readX(given: Numbers, all: readonly Series[]): ArrayLike<number> {
  const x = readNumbers("x", given);
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i])) throw invalid(`x[${i}]`, "a finite number", x[i]);
  const other = all.find(({ values }) => values.length !== x.length);
  if (other) throw invalid("x", `${other.values.length} numbers, one a y`, x);
  return x;
}

function joinedExtent(lists: readonly ArrayLike<number>[]): readonly [number, number] | undefined {
  const ends = lists.map(extent).filter((one) => one !== undefined);
  return ends.length
    ? [Math.min(...ends.map(([least]) => least)), Math.max(...ends.map(([, most]) => most))]
    : undefined;
}

/** The indices in the order of x, in which the points are joined. */
function orderOf(x: ArrayLike<number>): number[] {
  const order = Array.from({ length: x.length }, (_, i) => i);
  for (let i = 1; i < x.length; i++)
    if ((x[i] ?? 0) < (x[i - 1] ?? 0)) return order.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  return order;
}

/** At most `most` of the indices: first, last, and the least and largest of each stretch, in their order. */
function peaks(order: readonly number[], y: ArrayLike<number>, most: number): readonly number[] {
  if (order.length <= most) return order;
  const stretches = Math.floor((most - 2) / 2);
  const chosen = new Set<number>([0, order.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * order.length) / stretches);
    const to = Math.floor(((stretch + 1) * order.length) / stretches);
    let [least, largest] = [from, from];
    const at = (place: number) => y[order[place] ?? 0] ?? Number.NaN;
    for (let place = from; place < to; place++) {
      // A stretch that begins with NaN has its least elsewhere.
      if (at(place) < at(least) || !Number.isFinite(at(least))) least = place;
      if (at(place) > at(largest) || !Number.isFinite(at(largest))) largest = place;
    }
    chosen.add(least).add(largest);
  }
  return [...chosen].sort((a, b) => a - b).map((place) => order[place] ?? 0);
}

function sumOf(lists: readonly ArrayLike<unknown>[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0);
}

function describe({ name, values }: Series): string {
  const { count, least, most, nan, infinite } = moments(values);
  const head = `${name === "" ? "" : `${name}: `}${values.length.toLocaleString("en")} ${values.length === 1 ? "point" : "points"}`;
  const gaps = nan + infinite ? `, ${nan + infinite} of them not finite` : "";
  if (count === 0) return `${head}${gaps}`;
  const [first, last] = [values[0] ?? Number.NaN, values[values.length - 1] ?? Number.NaN];
  return `${head}${gaps}, ${short(least)} to ${short(most)}, first ${short(first)}, last ${short(last)}`;
}
