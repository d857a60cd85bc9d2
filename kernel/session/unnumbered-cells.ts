// Cells that are run without being counted (`silent`, `store_history: false`): compiler and worker tell cells apart by
// number, so these get one far from those that readers see, and readers see none. Used by Session, Cell and execute.
import type { CellError } from "../ipc/cell-messages.js";

const base = 1_000_000;

export class UnnumberedCells {
  #count = 0;

  /** A number that no other cell has. */
  next(): number {
    this.#count += 1;
    return base + this.#count;
  }
}

/** The error as a reader shall see it: `Cell [ ]` where a cell has no number. */
export function withoutHiddenNumbers(error: CellError): CellError {
  return { ...error, traceback: error.traceback.map((line) => line.replace(/Cell \[1\d{6}\]/g, "Cell [ ]")) };
}
