// The lines around a complaint, with a mark under it. Of long lines only a window is shown: a cell may be one line of
// generated data. Used by diagnostics.ts.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

const linesAround = 2;
/** Longer lines show this much of themselves, and the line that is complained about so much before the place. */
const lineLength = 300;
const before = 100;

export interface FramedPlace {
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** Where the mark ends in the same line, 1-based, exclusive; undefined where it goes on to other lines. */
  endColumn: number | undefined;
}

export function codeFrame(source: string, { line, column, endColumn }: FramedPlace): string {
  const first = Math.max(1, line - linesAround);
  const lines = source.split("\n").slice(first - 1, line + linesAround);
  const marked = lines[line - first] ?? "";
  const start = marked.length > lineLength ? Math.max(0, column - 1 - before) : 0;
  // One sign stands in place of them.
  const cut = start > 0 ? start - 1 : 0;
  const end = Math.min(endColumn ?? marked.length + 1, cut + lineLength + 1);
  const shown = lines.map((text, index) => windowOf(text, first + index === line ? start : 0));
  // Loaded when there is something to show.
  const { codeFrameColumns } = require("@babel/code-frame") as typeof import("@babel/code-frame");
  const place = { start: { line, column: column - cut }, end: { line, column: Math.max(end, column + 1) - cut } };
  const around = { linesAbove: linesAround, linesBelow: linesAround, startLine: first };
  return withoutGrey(codeFrameColumns(shown.join("\n"), place, { forceColor: true, highlightCode: true, ...around }));
}

/** JupyterLab's dark theme shows bright black, the colour of comments and line numbers, as black on black. */
function withoutGrey(text: string): string {
  return text.replaceAll("\u001b[90m", "\u001b[39m");
}

function windowOf(line: string, start: number): string {
  if (line.length <= lineLength) return line;
  const text = line.slice(start, start + lineLength);
  return `${start > 0 ? "…" : ""}${text}${start + lineLength < line.length ? "…" : ""}`;
}
