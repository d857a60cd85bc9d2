// Which interval each number falls into: numpy's `histogram` and its rule "auto". Called by the histograms.
import { quantile } from "../engine/quantile.js";
import { extent } from "./number-series.js";

const mostBins = 100;

/**
 * Edges of bins of one width, as `numpy.histogram_bin_edges`: by default its "auto", the finer of Freedman and Diaconis'
 * rule and Sturges', at most 100; whole numbers get bins of at least 1.
 * @param values with at least one finite one; the others are left out
 */
export function binEdges(values: ArrayLike<number>, bins?: number, range?: readonly [number, number]): number[] {
  const [least, most] = range ?? extent(values) ?? [0, 0];
  const [first, last] = least < most ? [least, most] : [least - 0.5, most + 0.5];
  const count = bins ?? automatic(values, least, most);
  const width = (last - first) / count;
  return Array.from({ length: count + 1 }, (_, i) => (i === count ? last : first + i * width));
}

/** How many values each bin holds: its left edge belongs to it, and to the last bin its right one too. */
export function binCounts(values: ArrayLike<number>, edges: readonly number[]): number[] {
  const bins = edges.length - 1;
  const counts = new Array<number>(bins).fill(0);
  const [first = 0, last = 0] = [edges[0], edges[bins]];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!(value >= first && value <= last)) continue;
    let bin = Math.min(bins - 1, Math.floor(((value - first) / (last - first)) * bins));
    // Rounding may have put it one off.
    if (value < (edges[bin] ?? first)) bin -= 1;
    else if (bin < bins - 1 && value >= (edges[bin + 1] ?? last)) bin += 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function automatic(values: ArrayLike<number>, least: number, most: number): number {
  const inside = Float64Array.from(values).filter((value) => value >= least && value <= most);
  if (!inside.length || least === most) return 1;
  inside.sort();
  const sturges = (most - least) / (Math.log2(inside.length) + 1);
  const freedmanDiaconis = (2 * (quantile(inside, 0.75) - quantile(inside, 0.25))) / Math.cbrt(inside.length);
  // numpy's bound on it, where half of the numbers are the same.
  const squareRoot = (most - least) / Math.sqrt(inside.length);
  let width = Math.min(Math.max(freedmanDiaconis, squareRoot / 2), sturges);
  if (width < 1 && inside.every(Number.isInteger)) width = 1;
  return Math.min(mostBins, Math.max(1, Math.ceil((most - least) / width)));
}
