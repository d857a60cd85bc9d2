// What charts over an axis of numbers share: titles of axes, and the scale of numbers that may all be the same.
import { invalid } from "../engine/invalid.js";
import { brief } from "./spec.js";
import { numberFormat } from "./ticks.js";

/** @throws unless it is text, or absent. */
export function checkAxisTitle(name: string, title: unknown): void {
  if (title !== undefined && typeof title !== "string") throw invalid(name, "text", title);
}

/** Of values that are all the same, which stand in the middle; undefined where they are not. */
export function flatScale(ends: readonly [number, number] | undefined): object | undefined {
  if (ends === undefined || ends[0] !== ends[1]) return undefined;
  const room = Math.abs(ends[0]) * 0.1 || 1;
  return { domain: [brief(ends[0] - room), brief(ends[1] + room)], nice: false };
}

/** A quantitative channel; the axis need not begin at 0, and a single value stands in the middle. */
export function axisOf(field: string, title: string, ends: readonly [number, number] | undefined): object {
  const [least, most] = ends ?? [0, 1];
  const scale = flatScale(ends) ?? { zero: least >= 0 && least < 0.25 * most, nice: true };
  return {
    field,
    type: "quantitative",
    title,
    scale,
    axis: { format: numberFormat([least, most]), labelOverlap: true, tickCount: 6 },
  };
}
