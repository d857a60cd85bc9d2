// Quantiles as numpy's, for intervals, bins and percentiles of whatever was measured.

/**
 * Linear between the two nearest values, with numpy's rounding (https://numpy.org/doc/stable/reference/generated/numpy.quantile.html).
 * @param sorted ascending; 0 where it is empty @param share in [0, 1]
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  const rest = at - Math.floor(at);
  return rest < 0.5 ? low + (high - low) * rest : high - (high - low) * (1 - rest);
}
