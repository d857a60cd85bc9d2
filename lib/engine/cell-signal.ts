// The signal by which a notebook stops the cell that runs now. A convention of two sides that don't know each other: the kernel puts it
// there, and whatever takes long looks for it.

/** Undefined outside of a notebook. */
export function cellSignal(): AbortSignal | undefined {
  const signal: unknown = (globalThis as Record<symbol, unknown>)[Symbol.for("Jupyter.abortSignal")];
  return signal instanceof AbortSignal ? signal : undefined;
}
