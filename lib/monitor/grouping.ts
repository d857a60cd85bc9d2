// The values of one feature as whole numbers: which value it is in ascending order, which bin it is in, which class. Counting them is all
// that the statistics need. Used by drift.ts.
import { quantile } from "../engine/quantile.js";
import { edgesBelow } from "../metrics/calibration-curve.js";
import type { Feature } from "./features.js";

/** As many bins as PSI has by custom: tenths of the reference. */
const bins = 10;

/** Group of each row, and how many groups there are, those of the current sample included. */
export interface Groups {
  readonly reference: Uint32Array;
  readonly current: Uint32Array;
  readonly count: number;
}

export interface Grouping {
  /** Each value of numbers is a group, in ascending order; undefined for classes. */
  readonly values: Groups | undefined;
  /** Bins between tenths of the reference, the values beyond its ends in the first and the last; or classes. */
  readonly bins: Groups;
  /** What each of these is: "0.5 to 1", or the class. */
  readonly labels: readonly string[];
}

export function group(reference: Feature, current: Feature): Grouping {
  if (!reference.isNumeric) return { values: undefined, ...ofClasses(reference, current) };
  const [before, after] = [reference.values as readonly number[], current.values as readonly number[]];
  const values = distinct([...before, ...after]);
  const edges = tenths(before);
  return {
    values: byEdges(before, after, values, values.length),
    bins: byEdges(before, after, edges, edges.length + 1),
    labels: labelsOf(edges),
  };
}

export function countGroups(groups: Uint32Array, count: number): Uint32Array {
  const counts = new Uint32Array(count);
  for (const one of groups) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

function byEdges(
  reference: readonly number[],
  current: readonly number[],
  edges: readonly number[],
  count: number,
): Groups {
  const groupOf = (value: number) => edgesBelow(edges, value);
  return { reference: Uint32Array.from(reference, groupOf), current: Uint32Array.from(current, groupOf), count };
}

function ofClasses(reference: Feature, current: Feature): Pick<Grouping, "bins" | "labels"> {
  const names = new Map<number | string, number>();
  for (const value of [...reference.values, ...current.values]) if (!names.has(value)) names.set(value, names.size);
  const groupOf = (value: number | string) => names.get(value) ?? 0;
  const bins = {
    reference: Uint32Array.from(reference.values, groupOf),
    current: Uint32Array.from(current.values, groupOf),
    count: names.size,
  };
  return { bins, labels: [...names.keys()].map(String) };
}

/** Of the bins between these edges, each of which is its bin's upper end. */
function labelsOf(edges: readonly number[]): string[] {
  const short = (value: number | undefined) => String(Number(value?.toPrecision(3)));
  if (edges.length === 0) return ["all"];
  const between = edges.slice(1).map((edge, i) => `${short(edges[i])} to ${short(edge)}`);
  return [`to ${short(edges[0])}`, ...between, `above ${short(edges.at(-1))}`];
}

/** The upper ends of the bins but the last; fewer where values repeat. */
function tenths(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return distinct(Array.from({ length: bins - 1 }, (_, i) => quantile(sorted, (i + 1) / bins)));
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
