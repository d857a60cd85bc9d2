// How much time single steps of a training take beyond what is usual at that moment. A machine's speed swings over seconds
// and minutes; what a callback does now and then lasts shorter, and stands out among the steps around it.
import { median } from "../kernel/statistics.js";

/** Milliseconds to both sides. A picture may slow the steps of half a second: a small part of these. */
const around = 2000;

/** @param stamps when each step ended, in milliseconds */
export function stepTimes(stamps: readonly number[]): number[] {
  return stamps.slice(1).map((stamp, i) => stamp - (stamps[i] ?? stamp));
}

/**
 * @param stamps when each step ended, in milliseconds
 * @returns by which share all steps together are longer than the medians of the steps around each; 0 where all are alike
 */
export function unevenness(stamps: readonly number[]): number {
  const times = stepTimes(stamps);
  const sum = (of: readonly number[]) => of.reduce((total, time) => total + time, 0);
  return sum(times) / sum(usualTimes(stamps, times)) - 1;
}

/** For each step the median of those within `around`; steps near the ends have neighbours on one side only. */
function usualTimes(stamps: readonly number[], times: readonly number[]): number[] {
  let [from, to] = [0, 0];
  return times.map((_, i) => {
    const now = stamps[i + 1] ?? 0;
    while ((stamps[from + 1] ?? 0) < now - around) from++;
    while (to < times.length && (stamps[to + 1] ?? 0) <= now + around) to++;
    return median(times.slice(from, to));
  });
}
