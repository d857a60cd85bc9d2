// A table as text and as HTML, words to the left and numbers to the right: how a model's summary, cross-validation and the
// learning-rate range test look in a notebook.
import { escapeHTML } from "../engine/escape-html.js";

export interface Column {
  readonly head: string;
  /** "left" for words, "right" (the default) for numbers. */
  readonly align?: "left" | "right";
}

export interface AlignedTable {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** One cell a column. */
  readonly rows: readonly (readonly string[])[];
  /** Sentences below the table. */
  readonly notes?: readonly string[];
}

export function alignedText({ caption, columns, rows, notes = [] }: AlignedTable): string {
  const lines = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, i) => lines.reduce((most, line) => Math.max(most, line[i]?.length ?? 0), 0));
  const padded = lines.map((line) =>
    columns
      .map(({ align }, i) => {
        const [cell, width] = [line[i] ?? "", widths[i] ?? 0];
        return align === "left" ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return [caption, ...padded, ...notes].filter((line) => line !== "").join("\n");
}

/** Leading spaces of a cell become indentation. */
export function alignedHTML({ caption, columns, rows, notes = [] }: AlignedTable): string {
  const cells = (line: readonly string[], tag: "th" | "td") =>
    columns.map(({ align = "right" }, i) => {
      const cell = line[i] ?? "";
      const indent = cell.length - cell.trimStart().length;
      const padding = indent > 0 ? `;padding-left:${0.5 + indent}em` : "";
      return `<${tag} style="text-align:${align}${padding}">${escapeHTML(cell.trim())}</${tag}>`;
    });
  const row = (line: readonly string[], tag: "th" | "td") => `<tr>${cells(line, tag).join("")}</tr>`;
  const head = row(
    columns.map((column) => column.head),
    "th",
  );
  const body = rows.map((line) => row(line, "td")).join("");
  const title = caption === "" ? "" : `<caption>${escapeHTML(caption)}</caption>`;
  const below = notes.map((note) => `<p>${escapeHTML(note)}</p>`).join("");
  return `<table>${title}<thead>${head}</thead><tbody>${body}</tbody></table>${below}`;
}
