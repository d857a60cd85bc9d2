// The values of one feature as whole numbers: which value it is in ascending order, which bin it is in, which class. Counting them is all
// that the statistics need. Used by drift.ts and calibration.ts.
import type { Feature } from "./features.js";
import type { DriftMethod } from "./statistics.js";

/** As many bins as PSI has by custom: tenths of the reference. */
const bins = 10;

/** Group of each row, and how many groups there are, those of the current sample included. */
export interface Groups {
  readonly reference: Uint32Array;
  readonly current: Uint32Array;
  readonly count: number;
}

/**
 * For "ks" each value is a group, in ascending order; for the others the bins between tenths of the reference, or the classes. Values
 * beyond the reference's ends are in its first and last bins.
 */
export function group(reference: Feature, current: Feature, method: DriftMethod): Groups {
  if (reference.isNumeric) {
    const [of, by] = [reference.values as readonly number[], current.values as readonly number[]];
    const edges = method === "ks" ? distinct([...of, ...by]) : tenths(of);
    const groupOf = (value: number) => firstNotBelow(edges, value);
    return {
      reference: Uint32Array.from(of, groupOf),
      current: Uint32Array.from(by, groupOf),
      count: edges.length + Number(method !== "ks"),
    };
  }
  const names = new Map<string, number>();
  for (const value of [...reference.values, ...current.values])
    if (!names.has(String(value))) names.set(String(value), names.size);
  const groupOf = (value: number | string) => names.get(String(value)) ?? 0;
  return {
    reference: Uint32Array.from(reference.values, groupOf),
    current: Uint32Array.from(current.values, groupOf),
    count: names.size,
  };
}

export function countGroups(groups: Uint32Array, count: number): Uint32Array {
  const counts = new Uint32Array(count);
  for (const one of groups) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

/** The upper ends of the bins but the last (numpy.quantile's); fewer where values repeat. */
function tenths(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  const edges = Array.from({ length: bins - 1 }, (_, i) => {
    const at = ((i + 1) / bins) * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
    const share = at - Math.floor(at);
    // In this order numpy.quantile rounds too: a value may be just on an edge.
    return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
  });
  return distinct(edges);
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The first of the ascending edges that is at least `value`; their number where none is. */
function firstNotBelow(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
