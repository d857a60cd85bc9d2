// What tells the library to stop: the signal of the notebook cell that runs now, and the caller's own.
import { cellSignal } from "../engine/cell-signal.js";

/** One signal for both, or undefined where there is none. */
export function stopSignal(own: AbortSignal | undefined): AbortSignal | undefined {
  const cell = cellSignal();
  if (own === undefined || cell === undefined) return own ?? cell;
  return AbortSignal.any([own, cell]);
}
