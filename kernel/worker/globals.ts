// What every cell finds in scope beside `tf` and `ml`. These docstrings are what the reader sees on Shift-Tab.

/** Shows values in the notebook. */
export interface Display {
  /** Shows a value as a notebook would show it at the end of a cell. */
  (value: unknown): DisplayHandle;
  /** Shows HTML. */
  html(text: string): DisplayHandle;
  /** Shows Markdown. */
  markdown(text: string): DisplayHandle;
  /** Shows a MIME bundle as it is. */
  raw(bundle: Record<string, unknown>, metadata?: Record<string, unknown>): DisplayHandle;
}

/** A display that can be changed where it stands. */
export interface DisplayHandle {
  /** Replaces what is shown. */
  update(value: unknown): void;
}

export interface NotebookGlobals {
  display: Display;
  /** Asks the reader for a line of text. */
  input(prompt?: string): Promise<string>;
  /** Asks the reader for a secret; it is not shown. */
  password(prompt?: string): Promise<string>;
  comms: unknown;
}
