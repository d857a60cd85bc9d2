// The notebook's `display`, where the code runs in one: a kernel leaves it under a symbol, so that libraries need not know it.

export interface NotebookHandle {
  /** Replaces what is shown. */
  update(value: unknown): unknown;
}

export type NotebookDisplay = (value: unknown) => NotebookHandle;

export function notebookDisplay(): NotebookDisplay | undefined {
  const display: unknown = (globalThis as Record<symbol, unknown>)[Symbol.for("Jupyter.displayFunction")];
  return typeof display === "function" ? (display as NotebookDisplay) : undefined;
}

/** A value that shows itself as this bundle. */
export function shownAs(bundle: Record<string, unknown>): object {
  return { [Symbol.for("Jupyter.display")]: () => bundle };
}
