// What the compiler answers, in plain data. Positions are UTF-16 offsets into the cell's text, as JavaScript counts;
// the session converts to and from Jupyter's code points.

/** A cell that may run. The fields are those of `CompiledCell` in kernel/ipc. */
export interface CompiledSource {
  count: number;
  number: number;
  source: string;
  code: string;
  boxes: string[];
  declares: string[];
  map: string;
}

/** One complaint of the parser or the type checker. */
export interface CellDiagnostic {
  /** TypeScript's number, e.g. 2322; 0 for a syntax error that TypeScript does not number. */
  code: number;
  message: string;
  start: number;
  end: number;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
}

export type Compilation =
  | { ok: true; cell: CompiledSource }
  | {
      ok: false;
      /** "SyntaxError" when the text does not parse, else "TypeScriptError". */
      ename: "SyntaxError" | "TypeScriptError";
      evalue: string;
      /** Ready to print: message, code and a code frame for each diagnostic. */
      traceback: string[];
      diagnostics: CellDiagnostic[];
    };

export interface CompletionItem {
  /** The text that replaces `start … end`. */
  text: string;
  /** Jupyter's names: function, class, module, keyword, property, instance, statement, … */
  type: string;
  /** For functions: `(a: number, b?: string)`; else the type. Empty where it is not known cheaply. */
  signature: string;
}

export interface Completion {
  items: CompletionItem[];
  start: number;
  end: number;
}

export interface Inspection {
  name: string;
  /** `function f(a: number): string`, `const t: tf.Tensor`, … with all overloads. */
  signature: string;
  /** JSDoc text in markdown, tags included; empty if there is none. */
  documentation: string;
  /** The declaration's text; only with detail level 1. */
  source?: string;
  /** Where it is declared: `Cell [3]`, or a file. Only with detail level 1. */
  location?: string;
}

export type Completeness =
  | { status: "complete" }
  | { status: "incomplete"; indent: string }
  | { status: "invalid" }
  | { status: "unknown" };

/** A module that a cell or a local file imports. The fields are those of `ResolvedModule` in kernel/ipc. */
export type ModuleResolution =
  | { kind: "native"; url: string }
  | { kind: "module"; path: string; version: string; code: string; source: string; map: string }
  | { kind: "commonjs"; path: string; version: string }
  | { kind: "json"; path: string; version: string; text: string }
  | { kind: "empty" }
  | { kind: "error"; message: string };
