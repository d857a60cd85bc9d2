// What an error that ends training has to tell: its message, and the epochs that were done. Called by Trainer.
import type { History } from "./history.js";

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As a property that is not seen where errors are printed. */
export function attachHistory(error: unknown, history: History): void {
  if (error instanceof Error && Object.isExtensible(error))
    Object.defineProperty(error, "history", { value: history, configurable: true, writable: true });
}
