// Notebooks as tests: each code cell is a case, passed when it runs, failed when it raises, or when it is tagged to raise and does not.
// Cells behind a failed one are not run. Used by test.ts; junit.ts writes the results down.
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ChildKernel } from "./child-kernel.js";
import type { CodeCell, Notebook } from "./notebook.js";
import { cellsToRun, type RunEnd, runNotebook } from "./notebook-runner.js";

export interface CellResult {
  /** The cell's place and its first line: `cell 3: const x = 1`. */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "not run";
  readonly seconds: number;
  /** Of a failed one: what went wrong in one line, and the traceback. */
  readonly failure?: { readonly message: string; readonly details: string };
}

export interface NotebookResult {
  readonly file: string;
  readonly started: Date;
  readonly seconds: number;
  readonly cells: readonly CellResult[];
}

export interface TestOptions {
  /** Seconds for each cell; undefined: as long as it takes. */
  readonly timeout: number | undefined;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs one notebook in a kernel of its own, in its folder. The notebook keeps in memory what its cells show; its file stays as it is. */
export async function testNotebook(file: string, notebook: Notebook, options: TestOptions): Promise<NotebookResult> {
  const started = new Date();
  const begin = performance.now();
  const seconds = new Map<CodeCell, number>();
  let cellBegin = begin;
  let end: RunEnd;
  let log = "";
  const kernel = await ChildKernel.start(path.dirname(path.resolve(file)));
  try {
    end = await runNotebook(notebook, kernel, {
      ...options,
      onStart: () => {
        cellBegin = performance.now();
      },
      onEnd: (cell) => seconds.set(cell, (performance.now() - cellBegin) / 1000),
      isRaisingRequired: true,
    });
    log = kernel.log;
  } finally {
    await kernel.stop();
  }
  const cells = cellsToRun(notebook).map((cell): CellResult => {
    const took = seconds.get(cell);
    const result = { name: nameOf(notebook, cell), seconds: took ?? 0 };
    const failure = end.kind !== "done" && end.cell === cell ? describeEnd(end, options, log) : undefined;
    if (failure !== undefined) return { ...result, outcome: "failed", failure };
    return { ...result, outcome: took === undefined ? "not run" : "passed" };
  });
  return { file, started, seconds: (performance.now() - begin) / 1000, cells };
}

function nameOf(notebook: Notebook, cell: CodeCell): string {
  const line = cell.source.trim().split("\n", 1)[0] ?? "";
  return `cell ${notebook.cells.indexOf(cell) + 1}: ${line.length > 70 ? `${line.slice(0, 69)}…` : line}`;
}

function describeEnd(
  end: Exclude<RunEnd, { kind: "done" }>,
  { timeout }: TestOptions,
  log: string,
): { message: string; details: string } {
  switch (end.kind) {
    case "error": {
      const details = stripVTControlCharacters(end.traceback.join("\n"));
      return { message: details.split("\n", 1)[0] ?? "", details };
    }
    case "no error":
      return { message: 'no error; expected one, as the cell is tagged "raises-exception"', details: "" };
    case "timeout":
      return { message: `took longer than ${timeout} s and was stopped`, details: "" };
    case "interrupted":
      return { message: "stopped", details: "" };
    case "died":
      return { message: `the kernel died: ${end.end}`, details: stripVTControlCharacters(log) };
  }
}
