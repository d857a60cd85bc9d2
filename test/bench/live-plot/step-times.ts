// How much time single steps of a training take beyond what is usual at that moment. A machine's speed swings over seconds
// and minutes; what a callback does now and then lasts shorter, and stands out among the steps around it.
import { quantile } from "../kernel/statistics.js";

/** Milliseconds to both sides. A picture may slow the steps of half a second: a small part of these. */
const around = 2000;

/** @param stamps when each step ended, in milliseconds */
export function stepTimes(stamps: readonly number[]): number[] {
  return stamps.slice(1).map((stamp, i) => stamp - (stamps[i] ?? stamp));
}

/**
 * @param stamps when each step ended, in milliseconds
 * @returns by which share all steps together are longer than what is usual around each; 0 where all are alike
 */
export function unevenness(stamps: readonly number[]): number {
  const times = stepTimes(stamps);
  const sum = (of: readonly number[]) => of.reduce((total, time) => total + time, 0);
  return sum(times) / sum(usualTimes(stamps, times)) - 1;
}

/**
 * For each step what is usual among those within `around`; steps near the ends have neighbours on one side only. Their lower
 * quartile: the median would rise with a picture that slows many of them.
 */
function usualTimes(stamps: readonly number[], times: readonly number[]): number[] {
  let [from, to] = [0, 0];
  return times.map((_, i) => {
    const now = stamps[i + 1] ?? 0;
    while ((stamps[from + 1] ?? 0) < now - around) from++;
    while (to < times.length && (stamps[to + 1] ?? 0) <= now + around) to++;
    return quantile(times.slice(from, to), 0.25);
  });
}
