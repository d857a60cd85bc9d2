// Lengths of time as people write them, "5m", and as clocks count them. Used by the options of stores, alarms and reports.
import { invalid } from "../engine/invalid.js";

/** A number and its unit ("500ms", "30s", "5m", "2h", "7d"), or milliseconds. */
export type Duration = string | number;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Ten years. */
const longest = 3650 * 86_400_000;

/** @returns milliseconds @throws unless it is a length of time from `least` milliseconds to ten years */
export function milliseconds(name: string, value: unknown, least = 1): number {
  const text = typeof value === "string" ? value : "";
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/.exec(text) ?? [];
  const found = typeof value === "number" ? value : Number(digits ?? Number.NaN) * (units[unit] ?? Number.NaN);
  if (Number.isFinite(found) && found >= least && found <= longest) return found;
  throw invalid(name, `a length of time such as "5m", "2h" or "7d"${least > 0 ? `, at least ${least} ms` : ""}`, value);
}

/** The largest unit in which it is a short number: "5m", "36h". */
export function durationText(length: number): string {
  const [unit = "ms", size = 1] =
    Object.entries(units).findLast(([, one]) => length >= one && Number.isInteger((10 * length) / one)) ?? [];
  return `${length / size}${unit}`;
}
