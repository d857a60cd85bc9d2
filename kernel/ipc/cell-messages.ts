// The messages between the session (sockets, compiler) and the worker (user code). Both ends import these types, and
// nothing else crosses the process boundary. Every message that belongs to a cell carries that cell's id, so that late
// output reaches the cell that started it.

/** Identifies one run of one cell: the `msg_id` of its execute_request. */
export type CellId = string;

/** A MIME bundle: representation by MIME type. Binary representations are base64 text. */
export type MimeBundle = Record<string, unknown>;

/**
 * A compiled cell. `code` is a JavaScript function expression `(async function ($cellgrad, a, b) { … })`: its first
 * parameter is the runtime (import, await), the others are the boxes named in `boxes`, in that order.
 */
export interface CompiledCell {
  /** Unlike that of any other cell or part of a cell; 0 for code that is neither. */
  count: number;
  /** The execution count: tracebacks say `Cell [number]`. 0 for code that is not a numbered cell. */
  number: number;
  /** The text as the user wrote it, for code frames. */
  source: string;
  code: string;
  /** Every top-level variable that the code reads or writes; `{ v: value, n: count of the cell that declared it }`. */
  boxes: string[];
  /** Those of `boxes` that this cell declares as values. A failed cell reports which of them it did not reach. */
  declares: string[];
  /** Source map (JSON, version 3) from `code` to `source`; lines of `code` start at 1 at its first character. */
  map: string;
}

/** A runtime error as a front end shows it. */
export interface CellError {
  ename: string;
  evalue: string;
  /** Ready to print, with ANSI colours. */
  traceback: string[];
}

/** What `import` of a specifier means, as the session resolved it. */
export type ResolvedModule =
  /** Load with Node's own `import()`. */
  | { kind: "native"; url: string }
  /** A local .ts or .js file: evaluate `code`, `(async function ($cellgrad, $exports, $meta) { … })`, once a version. */
  | { kind: "module"; path: string; version: string; code: string; source: string; map: string }
  /** A local CommonJS file: load it anew with `require` when its version changes. */
  | { kind: "commonjs"; path: string; version: string }
  | { kind: "json"; path: string; version: string; text: string }
  /** Types only: there is nothing to run. */
  | { kind: "empty" }
  | { kind: "error"; message: string };

/** A variable for `%who`. */
export interface VariableSummary {
  name: string;
  /** The constructor's name or typeof. */
  type: string;
  /** At most 80 characters. */
  summary: string;
}

export type CommMessage = {
  kind: "open" | "msg" | "close";
  commId: string;
  /** Only with `open`. */
  targetName?: string;
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
};

/** One answer to `user_expressions`. */
export type ExpressionResult =
  | { status: "ok"; data: MimeBundle; metadata: Record<string, unknown> }
  | { status: "error"; ename: string; evalue: string; traceback: string[] };

export type ToWorker =
  | { type: "execute"; cell: CellId; code: CompiledCell; allowStdin: boolean; silent: boolean }
  /** `user_expressions`, after the cell; each compiled on its own, or refused by the compiler. */
  | { type: "evaluate"; cell: CellId; expressions: Record<string, CompiledCell | CellError> }
  | { type: "input-reply"; cell: CellId; value: string }
  | { type: "comm"; cell: CellId; comm: CommMessage }
  | { type: "resolved"; id: number; module: ResolvedModule }
  | { type: "who"; id: number; names: string[] }
  /** Asks for the packages that are loaded. */
  | { type: "packages"; id: number }
  /** Forget all variables (`%reset`) or the named ones. */
  | { type: "forget"; names?: string[] }
  | { type: "shutdown" };

export type ToSession =
  /** The worker takes cells. */
  | { type: "ready" }
  | { type: "stream"; cell: CellId; name: "stdout" | "stderr"; text: string }
  | {
      type: "display";
      cell: CellId;
      update: boolean;
      displayId?: string;
      data: MimeBundle;
      metadata: Record<string, unknown>;
      buffers?: Uint8Array[];
    }
  | { type: "clear-output"; cell: CellId; wait: boolean }
  | { type: "result"; cell: CellId; data: MimeBundle; metadata: Record<string, unknown> }
  /** An error that no cell is waiting for: an unhandled rejection, a timer's exception. */
  | { type: "late-error"; cell: CellId; error: CellError }
  | {
      type: "done";
      cell: CellId;
      status: "ok" | "error" | "interrupted";
      /** Present unless status is "ok". */
      error?: CellError;
      /** Declared names that the cell did not reach. */
      unassigned: string[];
    }
  | { type: "expressions"; cell: CellId; results: Record<string, ExpressionResult> }
  | { type: "input"; cell: CellId; prompt: string; password: boolean }
  | { type: "comm"; cell: CellId; comm: CommMessage }
  | { type: "resolve"; id: number; specifier: string; from: string | null }
  | { type: "variables"; id: number; variables: VariableSummary[] }
  /** Their folders. */
  | { type: "packages"; id: number; folders: string[] };
