// What tells the library to stop: the signal of the notebook cell that runs now, and the caller's own.

/** One signal for both, or undefined where there is none. */
export function stopSignal(own: AbortSignal | undefined): AbortSignal | undefined {
  const current = (globalThis as Record<symbol, unknown>)[Symbol.for("Jupyter.abortSignal")];
  const cell = current instanceof AbortSignal ? current : undefined;
  if (own === undefined || cell === undefined) return own ?? cell;
  return AbortSignal.any([own, cell]);
}
