// How a gradient check shows itself: one row a variable.
import { escapeHTML } from "../engine/escape-html.js";

export interface CheckedVariable {
  name: string;
  shape: number[];
  /** How many elements were compared. */
  checked: number;
  /** How many could not be judged: at a kink, or in the noise of float32. */
  unsure: number;
  /** The largest |gradient − difference| of those compared. */
  largestError: number;
  /** What was wrong; absent where all is well. */
  failure?: string;
}

const COLUMNS = ["variable", "shape", "checked", "unsure", "largest error", "verdict"];

/** Gives the result the notebook's display method, unseen by equality and JSON. */
export function withGradientDisplay<T extends { variables: CheckedVariable[] }>(value: T): T {
  const bundle = () => {
    const rows = value.variables.map((one) => [
      one.name,
      `[${one.shape.join(", ")}]`,
      String(one.checked),
      String(one.unsure),
      one.largestError.toExponential(1),
      one.failure ?? "agrees",
    ]);
    return { "text/plain": asText([COLUMNS, ...rows]), "text/html": asHTML(rows) };
  };
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { value: bundle, enumerable: false });
}

function asText(lines: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function asHTML(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHTML(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((cells) => line(cells, "td")).join("");
  return `<table><thead>${line(COLUMNS, "th")}</thead><tbody>${body}</tbody></table>`;
}
