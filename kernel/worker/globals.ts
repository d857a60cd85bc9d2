// What every cell finds in scope beside `tf` and `ml`: the types, and with their docstrings what the reader sees on
// Shift-Tab. The values are made in notebook-globals.ts.

/** A MIME bundle: representations of one thing by MIME type; text, bytes or JSON each. */
export type MimeRepresentations = Record<string, unknown>;

export interface DisplayOptions {
  /** Names the display, so that others with the same id change together. */
  id?: string;
  /** Metadata by MIME type, such as `{ "image/png": { width: 200 } }`. */
  metadata?: Record<string, unknown>;
  /** Changes the display of this `id` instead of adding one. */
  update?: boolean;
}

/** The ways to show something. Each returns a handle with which it can be replaced where it stands. */
export interface DisplayMethods {
  /** Shows HTML. */
  html(html: string): DisplayHandle;
  /** Shows Markdown. */
  markdown(markdown: string): DisplayHandle;
  /** Shows LaTeX, such as `$x^2$`. */
  latex(latex: string): DisplayHandle;
  /** Shows an SVG image. */
  svg(svg: string): DisplayHandle;
  /** Shows a PNG image: its bytes, or base64 text. */
  png(image: Uint8Array | string): DisplayHandle;
  /** Shows a JPEG image: its bytes, or base64 text. */
  jpeg(image: Uint8Array | string): DisplayHandle;
  /** Shows a GIF image: its bytes, or base64 text. */
  gif(image: Uint8Array | string): DisplayHandle;
  /** Shows a PDF document: its bytes, or base64 text. */
  pdf(document: Uint8Array | string): DisplayHandle;
  /** Shows a value as a tree that can be opened. */
  json(value: unknown): DisplayHandle;
  /** Runs JavaScript in the browser. */
  javascript(code: string): DisplayHandle;
  /** Shows text as it is. */
  text(text: string): DisplayHandle;
  /**
   * Shows a bundle of representations as it is; the front end takes the richest that it knows.
   * @param bundle by MIME type, such as `{ "text/html": "<b>a</b>", "text/plain": "a" }`
   */
  raw(bundle: MimeRepresentations, metadata?: Record<string, unknown>): DisplayHandle;
}

/** A display that can be changed where it stands. */
export interface DisplayHandle extends DisplayMethods {
  readonly id: string;
  /** Replaces what is shown. */
  update(value: unknown): DisplayHandle;
}

/**
 * Shows values in the notebook.
 * @example
 * display(table)
 * const progress = display("0%"); progress.update("50%")
 */
export interface Display extends DisplayMethods {
  /**
   * Shows a value as it would be shown at the end of a cell. A value with a `[Symbol.for("Jupyter.display")]()` method
   * that returns a MIME bundle, or a promise of one, shows itself.
   */
  (value: unknown, options?: DisplayOptions): DisplayHandle;
  /**
   * Removes what the cell has shown and printed so far.
   * @param options.wait until the next output, so that nothing flickers
   */
  clear(options?: { wait?: boolean }): void;
}

/** A message of a comm. */
export interface CommData {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

export interface CommOptions {
  metadata?: Record<string, unknown>;
  /** Bytes that travel beside the data. */
  buffers?: (Uint8Array | ArrayBuffer)[];
}

/** A line between this notebook's code and code in the browser, such as a widget. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  readonly isOpen: boolean;
  /** Sends a message to the other end. */
  send(data: Record<string, unknown>, options?: CommOptions): void;
  /** Called for each message from the other end. Returns the comm. */
  onMessage(handler: (message: CommData) => unknown): Comm;
  /** Called once, when the other end closes. Returns the comm. */
  onClose(handler: (message: CommData) => unknown): Comm;
  /** Closes both ends. */
  close(data?: Record<string, unknown>, options?: CommOptions): void;
}

/** Jupyter comms: messages to and from code in the browser. */
export interface Comms {
  /** Opens a comm to a target that the front end has registered. */
  open(target: string, data?: Record<string, unknown>, options?: CommOptions): Comm;
  /** Accepts the comms that the front end opens to this target. */
  register(target: string, opened: (comm: Comm, message: CommData) => unknown): void;
  /** Accepts them no more. */
  unregister(target: string): void;
}

export interface NotebookGlobals {
  /**
   * Shows values in the notebook, as at the end of a cell or as HTML, pictures and more; gives a handle that replaces what
   * is shown.
   * @example
   * display(table)
   * display.html("<b>done</b>")
   * const progress = display("0%"); progress.update("50%")
   */
  display: Display;
  /**
   * Asks the reader for a line of text.
   * @throws where the front end can't ask, as when a notebook is run without one
   */
  input(prompt?: string): Promise<string>;
  /**
   * Asks the reader for a secret: what is typed is not shown.
   * @throws where the front end can't ask, as when a notebook is run without one
   */
  password(prompt?: string): Promise<string>;
  /** Channels between cells and widgets of the front end. */
  comms: Comms;
  /** Loads a CommonJS module, JSON file or package as seen from the notebook's folder. */
  require: NodeJS.Require;
}
