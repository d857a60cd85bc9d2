// A small line chart as inline SVG in a table's display, in the colours of the text around it. The charts proper are
// ml.plot's, which training may not import.
import { escapeHTML } from "./aligned-table.js";

export interface SmallCurve {
  readonly name: string;
  /** One a position; NaN leaves a gap. */
  readonly values: readonly number[];
}

/** As in ml.plot: told apart by the colour-blind, seen on light and dark ground. */
const colors = ["#0072b2", "#d55e00"];
/** About one a pixel. */
const mostPoints = 400;
const [width, height, left, top, bottom] = [420, 140, 56, 24, 34];

/**
 * @param positions of the values, rising; at least two
 * @param marked the position to point out
 */
export function smallCurve(
  curves: readonly SmallCurve[],
  positions: readonly number[],
  { axis, marked }: { axis: string; marked?: number | undefined },
): string {
  const all = curves.flatMap(({ values }) => values).filter(Number.isFinite);
  const low = all.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = all.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const [first, last] = [positions[0] ?? 0, positions.at(-1) ?? 1];
  const x = (position: number) => (left + ((position - first) / (last - first || 1)) * width).toFixed(1);
  const y = (value: number) => (top + (1 - (value - low) / (high - low || 1)) * height).toFixed(1);
  const write = (at: string | number, down: number, content: string, anchor: string, fill = "currentColor") =>
    `<text x="${at}" y="${down}" text-anchor="${anchor}" fill="${fill}">${escapeHTML(content)}</text>`;
  const line = (x1: string | number, y1: number, x2: string | number, y2: number, more = "") =>
    `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="currentColor" stroke-opacity="0.4"${more}/>`;
  const count = Math.min(positions.length, mostPoints);
  const drawn = Array.from({ length: count }, (_, i) =>
    Math.round((i * (positions.length - 1)) / Math.max(1, count - 1)),
  );
  const paths = curves.map(({ values }, i) => {
    let starts = true;
    const points = drawn.map((at) => {
      const [position, value] = [positions[at] ?? 0, values[at] ?? Number.NaN];
      const point = Number.isFinite(value) ? `${starts ? "M" : "L"}${x(position)} ${y(value)}` : "";
      starts = point === "";
      return point;
    });
    return `<path d="${points.join("")}" fill="none" stroke="${colors[i % 2]}" stroke-width="2" stroke-linecap="round"/>`;
  });
  const legend = curves.map(({ name }, i) => {
    const start = left + i * 110;
    const key = `<line x1="${start}" y1="10" x2="${start + 16}" y2="10" stroke="${colors[i % 2]}" stroke-width="2"/>`;
    return key + write(start + 22, 14, name, "start");
  });
  const below = top + height;
  const label = `${curves.map(({ name }) => name).join(", ")} by ${axis}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 16}" height="${below + bottom}" font-size="11" font-family="sans-serif" role="img" aria-label="${escapeHTML(label)}">`,
    line(left, top, left, below),
    line(left, below, left + width, below),
    ...(marked === undefined ? [] : [line(x(marked), top, x(marked), below, ' stroke-dasharray="4 3"')]),
    ...paths,
    ...legend,
    write(left - 6, top + 8, brief(high), "end"),
    ...(high > low ? [write(left - 6, below, brief(low), "end")] : []),
    write(left, below + 16, String(first), "middle"),
    write(left + width, below + 16, String(last), "middle"),
    write(left + width / 2, below + 16, axis, "middle"),
    "</svg>",
  ].join("");
}

function brief(value: number): string {
  return String(Number(value.toPrecision(3)));
}
