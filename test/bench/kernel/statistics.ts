// Order statistics of what was timed. Pure; used by the table and by the bars.

/** The nearest-rank quantile: always a value that was measured. @param q in [0, 1]. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new Error("invalid values; expected at least one: []");
  if (!(q >= 0 && q <= 1)) throw new Error(`invalid q; expected a number in [0, 1]: ${q}`);
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
