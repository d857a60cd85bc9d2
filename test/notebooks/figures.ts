// Figures that a notebook's text quotes: numbers with a decimal point, and percentages. Each must be seen in what the cells of
// its section show, or in their code; so the text can't tell another result than the one that is there. Used by the tests of
// lessons.
import type { Notebook, Output } from "../../kernel/cli/notebook.js";
import { pair } from "./data-changes.js";
import { textOf } from "./notebook-run.js";

interface Section {
  readonly heading: string;
  text: string;
  /** Code and outputs. */
  shown: string;
}

/** From one `##` to the next; what is before the first is a section too. */
export function sectionsOf({ cells }: Notebook): Section[] {
  const sections: Section[] = [{ heading: "", text: "", shown: "" }];
  for (const cell of cells) {
    const last = () => sections.at(-1) as Section;
    if (cell.cell_type === "code") last().shown += `\n${cell.source}\n${cell.outputs.map(shownBy).join("\n")}`;
    else
      for (const part of cell.source.split(/^(?=## )/m)) {
        const [heading] = /^## .*/.exec(part) ?? [];
        if (heading !== undefined) sections.push({ heading, text: "", shown: "" });
        last().text += `\n${part}`;
      }
  }
  return sections;
}

function shownBy(output: Output): string {
  return "data" in output
    ? `${textOf(output)}\n${String(output.data["text/html"] ?? "").replace(/<[^>]*>/g, " ")}`
    : textOf(output);
}

/** Figures that the text of a section quotes and nothing in it shows, with the section's heading. */
export function figuresWithoutSource(notebook: Notebook): string[] {
  const sections = sectionsOf(notebook);
  const all = sections.map(({ shown }) => shown).join("\n");
  return sections.flatMap(({ heading, text, shown }) => {
    // Questions suppose figures: "99 % accuracy, and yet useless?"
    if (/follow-up/i.test(heading)) return [];
    // Without a cell of its own it speaks of the whole notebook.
    const source = shown.trim() === "" ? all : shown;
    // What the reader is told to change is no figure of this run.
    return [...text.replace(pair, "").matchAll(/(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:\s?%)?/g)]
      .map(([figure]) => figure)
      .filter((figure) => /[.%]/.test(figure) && !isShown(figure, source))
      .map((figure) => `${figure} in "${heading || "title"}"`);
  });
}

function isShown(figure: string, source: string): boolean {
  const digits = figure.replace(/\s?%$/, "");
  const literal = (text: string, after = "") =>
    new RegExp(`(?<![\\d.])${text.replaceAll(".", "\\.")}${after}(?![\\d]|\\.\\d)`).test(source);
  if (!figure.endsWith("%")) return literal(digits);
  const share = String(Number((Number(digits.replaceAll(",", "")) / 100).toPrecision(12)));
  return literal(digits, "(?:\\.0+)?\\s?%") || literal(share, "0*");
}
