// A notebook of the repository, put where JupyterLab opens it, without its outputs: what a test then sees was shown by this run.
// Used by the browser tests of the gallery and of the lessons.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type CodeCell, formatNotebook, parseNotebook } from "../../kernel/cli/notebook.js";

const folder = fileURLToPath(new URL("../../../notebooks/", import.meta.url));

/** A cell that runs, and its place among all cells. */
export interface PlacedCell {
  readonly id: string;
  readonly index: number;
  /** Tagged `raises-exception`. */
  readonly mayFail: boolean;
  /** Whether the repository's file has a chart there, and a picture. */
  readonly draws: boolean;
}

/** @param name of the notebook, such as gallery.ipynb; @param to the folder @returns its code cells */
export function copyFresh(name: string, to: string): readonly PlacedCell[] {
  const notebook = parseNotebook(readFileSync(path.join(folder, name), "utf8"), name);
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
  );
  writeFileSync(path.join(to, name), formatNotebook({ ...notebook, cells }));
  return notebook.cells.flatMap((cell, index) => (cell.cell_type === "code" ? [placed(cell, index)] : []));
}

function placed({ id, metadata, outputs }: CodeCell, index: number): PlacedCell {
  const mayFail = Array.isArray(metadata.tags) && metadata.tags.includes("raises-exception");
  const draws = outputs.some((output) => "data" in output && "image/png" in output.data);
  return { id, index, mayFail, draws };
}
