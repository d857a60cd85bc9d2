// Which code a cell's saved outputs come from: a stamp in the cell's metadata, a hash of its code and of all code above it.
// `cellgrad run` writes it; whoever keeps outputs in a repository can tell by it which of them are older than their code.
import { createHash } from "node:crypto";
import type { CodeCell, Notebook } from "./notebook.js";

/** The metadata's key, as JSON Schema of nbformat allows any; `{ sources }` below it. */
const key = "cellgrad";

/** The stamp that each code cell's outputs have where they are of the code that is there now. */
export function stampsOf({ cells }: Notebook): Map<CodeCell, string> {
  const hash = createHash("sha256");
  const stamps = new Map<CodeCell, string>();
  for (const cell of cells) {
    if (cell.cell_type !== "code") continue;
    // Its length first, so that moving a line from a cell to the next one changes both.
    hash.update(`${cell.source.length}\n${cell.source}`);
    stamps.set(cell, hash.copy().digest("hex").slice(0, 16));
  }
  return stamps;
}

/** The stamp that a run has left; undefined where none has. */
export function stampIn({ metadata }: CodeCell): string | undefined {
  const stamp: unknown = (metadata[key] as { sources?: unknown } | undefined)?.sources;
  return typeof stamp === "string" ? stamp : undefined;
}

/** @param stamp undefined takes it away */
export function writeStamp(cell: CodeCell, stamp: string | undefined): void {
  const { [key]: _, ...others } = cell.metadata;
  cell.metadata = stamp === undefined ? others : { ...others, [key]: { sources: stamp } };
}
