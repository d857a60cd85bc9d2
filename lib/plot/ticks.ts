// Where the ticks of an axis stand, and how their numbers are written.

/** Of counts: at whole numbers only, also where there are fewer of them than ticks. @param most the largest count */
export function countTicks(most: number, ticks = 5): object {
  const last = Math.max(1, Math.ceil(most));
  if (last > ticks) return { tickCount: ticks, tickMinStep: 1 };
  return { values: Array.from({ length: last + 1 }, (_, i) => i) };
}

/** Large counts at an axis: 0, 500, 10k. As its `format`, all of one axis would get the same unit: 0k, 5k. */
export const shortCounts = { labelExpr: "format(datum.value, '~s')" };

/** In full where that is short: 20,000, not 2e+4; 0.25. @param ends the least and the largest number of the axis */
export function numberFormat(ends: readonly number[]): string {
  const most = ends.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  return most === 0 || (most >= 1e-3 && most < 1e7) ? ",.6~r" : "~g";
}
