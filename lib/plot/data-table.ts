// A table that shows itself: HTML without script or colours of its own, so that it is readable on light and dark ground, and
// aligned text. What ml.plot.table and ml.plot.metricTable return.
import { escapeHTML } from "../engine/escape-html.js";

export interface TableColumn {
  readonly name: string;
  /** Numbers stand to the right, words to the left. */
  readonly isNumeric: boolean;
}

/** A table: its rows in `data`, unrounded; shows itself as HTML and as text. */
export class DataTable<Data = unknown> {
  /**
   * @param columns what stands above the cells
   * @param cells as they are shown, one row a list
   * @param data what is shown, unrounded
   * @param title above the table; @param notices below it
   */
  constructor(
    readonly columns: readonly TableColumn[],
    readonly cells: readonly (readonly string[])[],
    readonly data: Data,
    readonly title = "",
    readonly notices: readonly string[] = [],
  ) {}

  /** Aligned lines. */
  get text(): string {
    const lines = [this.columns.map(({ name }) => name), ...this.cells];
    const widths = this.columns.map((_, c) => lines.reduce((most, line) => Math.max(most, (line[c] ?? "").length), 0));
    const aligned = lines.map((line) =>
      this.columns
        .map(({ isNumeric }, c) => {
          const [cell, width] = [line[c] ?? "", widths[c] ?? 0];
          return isNumeric ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    );
    return [this.title, ...aligned, ...this.notices].filter((line) => line !== "").join("\n");
  }

  toHTML(): string {
    const row = (cells: readonly string[], tag: "th" | "td") => {
      const written = this.columns.map(({ isNumeric }, c) => {
        const style = isNumeric ? "text-align:right;font-variant-numeric:tabular-nums" : "text-align:left";
        return `<${tag} style="${style}">${escapeHTML(cells[c] ?? "")}</${tag}>`;
      });
      return `<tr>${written.join("")}</tr>`;
    };
    const head = row(
      this.columns.map(({ name }) => name),
      "th",
    );
    const title = this.title
      ? `<caption style="text-align:left;font-weight:600">${escapeHTML(this.title)}</caption>`
      : "";
    const body = this.cells.map((cells) => row(cells, "td")).join("");
    const below = this.notices.map((notice) => `<p>${escapeHTML(notice)}</p>`).join("");
    return `<table>${title}<thead>${head}</thead><tbody>${body}</tbody></table>${below}`;
  }

  toString(): string {
    return this.text;
  }

  /** What a notebook gets: HTML, and text for terminals. */
  bundle(): { "text/html": string; "text/plain": string } {
    return { "text/html": this.toHTML(), "text/plain": this.text };
  }

  [Symbol.for("Jupyter.display")](): { "text/html": string; "text/plain": string } {
    return this.bundle();
  }
}
