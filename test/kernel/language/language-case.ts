// The shape of the case tables in cases/: a few cells that run one after another in a fresh scope, and what must be seen.
// cells.test.ts and tracebacks.test.ts run them against a real kernel, by way of case-runner.ts.

export interface Failure {
  ename: string;
  /** A part of `evalue`. */
  says?: string;
  /** Parts of the traceback, without its colours. */
  traceback?: string[];
}

export interface Expectation {
  /** The result's text/plain. Absent: the cell shows nothing. */
  shows?: string;
  /** What went to standard output. Absent: not looked at. */
  prints?: string;
  /** Absent: the cell succeeds. */
  fails?: Failure;
  /** An error that comes after the cell has answered, under the cell's own parent. */
  late?: Failure;
}

export interface Step extends Expectation {
  code: string;
  /** Written to the notebook's folder before this cell; null deletes. */
  files?: Files;
}

export type Files = Record<string, string | null>;

/**
 * The expectation is that of the last cell; earlier cells given as text must succeed, whatever they show.
 *
 * Marks such as ⟪1⟫ in cells and files say which places the traceback names: the first one is that of ⟪1⟫, and there are
 * no others than those that are marked. Of a case without marks the places are not looked at.
 */
export interface LanguageCase extends Expectation {
  name: string;
  files?: Files;
  cells: (string | Step)[];
}
