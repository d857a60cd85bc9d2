// A report as rows of a name and a value, for a cell and for a terminal. Used by the exporters' reports.
import { escapeHTML } from "../engine/escape-html.js";

export function shownRows(rows: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const width = Math.max(...rows.map(([name]) => name.length));
  const text = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
  const cells = rows.map(
    ([name, value]) =>
      `<tr><th style="text-align:left">${escapeHTML(name)}</th><td style="text-align:left">${escapeHTML(value)}</td></tr>`,
  );
  return { "text/plain": text, "text/html": `<table>${cells.join("")}</table>` };
}
