// What line and scatter share: titles of axes, and the scale of numbers that may all be the same.
import { invalid } from "../engine/invalid.js";
import { brief } from "./spec.js";

/** @throws unless it is text, or absent. */
export function checkAxisTitle(name: string, title: unknown): void {
  if (title !== undefined && typeof title !== "string") throw invalid(name, "text", title);
}

/** A quantitative channel; the axis need not begin at 0, and a single value stands in the middle. */
export function axisOf(field: string, title: string, ends: readonly [number, number] | undefined): object {
  const [least, most] = ends ?? [0, 1];
  const room = least === most ? Math.abs(least) * 0.1 || 1 : 0;
  const scale = room
    ? { domain: [brief(least - room), brief(most + room)], nice: false }
    : { zero: least >= 0 && least < 0.25 * most, nice: true };
  return { field, type: "quantitative", title, scale, axis: { format: "~g", labelOverlap: true, tickCount: 6 } };
}
