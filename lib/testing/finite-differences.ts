// Slopes of a function that is computed in float32, without knowing its formula: for gradientCheck.

/** Wide steps stand out from rounding; fine ones cross fewer kinks. Relative to |x|, where that is above 1. */
export const STEPS = { wide: { largest: 2 ** -5, levels: 5 }, fine: { largest: 2 ** -9, levels: 3 } } as const;
/** Half a unit in the last place of a float32, relative. */
const FLOAT32_ROUNDING = 2 ** -24;

export interface Slope {
  slope: number;
  /** How far off it may be: what the step sizes disagree by, and what float32 rounding makes of the smallest. */
  uncertainty: number;
}

/**
 * The slope at `x`: central differences at steps that halve, extrapolated to a step of 0 (Ridders, Accurate computation
 * of F'(x) and F'(x)F''(x), 1982); of all extrapolations the one that agrees best with its neighbours.
 */
export function differentiate(
  at: (x: number) => number,
  x: number,
  { largest, levels }: { largest: number; levels: number },
): Slope {
  const table: number[][] = [];
  let best: Slope = { slope: Number.NaN, uncertainty: Number.POSITIVE_INFINITY };
  for (let level = 0; level < levels; level++) {
    const step = largest * Math.max(1, Math.abs(x)) * 2 ** -level;
    // The step that float32 really makes.
    const [above, below] = [Math.fround(x + step), Math.fround(x - step)];
    const [high, low] = [at(above), at(below)];
    const noise = (4 * FLOAT32_ROUNDING * Math.max(Math.abs(high), Math.abs(low))) / (above - below);
    const row = [(high - low) / (above - below)];
    const previous = table[level - 1] ?? [];
    for (const [order, coarse] of previous.entries()) {
      const fine = row[order] ?? 0;
      const extrapolated = fine + (fine - coarse) / (4 ** (order + 1) - 1);
      row.push(extrapolated);
      const disagreement = Math.max(Math.abs(extrapolated - fine), Math.abs(extrapolated - coarse));
      const uncertainty = disagreement + noise;
      if (uncertainty < best.uncertainty) best = { slope: extrapolated, uncertainty };
    }
    table.push(row);
  }
  return best;
}

/**
 * Whether there is a kink at `x` or next to it, where the slopes to the left and right differ even over a fine step, and
 * `slope` lies between them: then differences cannot say that it is wrong.
 */
export function isSubgradient(at: (x: number) => number, x: number, slope: number, tolerance: number): boolean {
  const step = STEPS.fine.largest * Math.max(1, Math.abs(x));
  const [above, below] = [Math.fround(x + step), Math.fround(x - step)];
  const middle = at(x);
  const slopes = [(at(above) - middle) / (above - x), (middle - at(below)) / (x - below)];
  const [low, high] = [Math.min(...slopes), Math.max(...slopes)];
  return high - low > tolerance && slope >= low - tolerance && slope <= high + tolerance;
}
