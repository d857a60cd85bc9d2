// A small table that shows itself, as text and as HTML: how metrics that are more than a number look in a notebook.
import { escapeHTML } from "../engine/escape-html.js";

export interface Table {
  readonly caption?: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

const mostCharacters = 40;

/** Gives a value the notebook's display method, unseen by equality, JSON and loops. */
export function withDisplay<T extends object>(value: T, table: () => Table, text?: () => string): T {
  const bundle = () => ({
    "text/plain": text?.() ?? tableAsText(table()),
    "text/html": tableAsHTML(table()),
  });
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { value: bundle, enumerable: false });
}

/** As a name stands in a display, which must not grow with it. */
export function briefName(name: unknown): string {
  const characters = Array.from(String(name));
  return characters.length > mostCharacters ? `${characters.slice(0, mostCharacters - 1).join("")}…` : String(name);
}

/** Columns aligned to the right. */
export function tableAsText({ caption, columns, rows }: Table): string {
  const lines = [["", ...columns], ...rows.map(({ name, cells }) => [name, ...cells])];
  const widths = ["", ...columns].map((_, column) =>
    lines.reduce((most, line) => Math.max(most, (line[column] ?? "").length), 0),
  );
  const aligned = lines.map((line) => line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
  return [...(caption === undefined ? [] : [caption]), ...aligned].join("\n");
}

export function tableAsHTML({ caption, columns, rows }: Table): string {
  const heads = columns.map((column) => `<th>${escapeHTML(column)}</th>`).join("");
  const body = rows.map(({ name, cells }) => {
    const values = cells.map((cell) => `<td>${escapeHTML(cell)}</td>`).join("");
    return `<tr><th>${escapeHTML(name)}</th>${values}</tr>`;
  });
  const title = caption === undefined ? "" : `<caption>${escapeHTML(caption)}</caption>`;
  return `<table>${title}<thead><tr><th></th>${heads}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}
