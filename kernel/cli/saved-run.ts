// One notebook of `cellgrad run`: runs its cells in a kernel of their own, stamps those that ran, and saves it whatever
// happened. Called by run.ts, which has read the file and tells what came out.
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ChildKernel } from "./child-kernel.js";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { type CodeCell, formatNotebook, type Notebook } from "./notebook.js";
import { cellsToRun, type RunEnd, runNotebook } from "./notebook-runner.js";
import { writeOutputFile } from "./output-file.js";
import { stampsOf, writeStamp } from "./source-stamp.js";

export interface SavedRunOptions {
  /** Where to save. */
  output: string;
  /** Seconds for each cell; undefined: as long as it takes. */
  timeout: number | undefined;
  /** The first Ctrl-C. */
  signal: AbortSignal;
  /** The second one: the kernel is not asked any more. */
  kill: AbortSignal;
  onStart(cell: CodeCell): void;
  onEnd(cell: CodeCell): void;
}

/** @returns what went wrong; undefined when all cells ran. @throws CommandFailure where no kernel starts, or nothing can be saved */
export async function runAndSave(
  file: string,
  notebook: Notebook,
  options: SavedRunOptions,
): Promise<CommandFailure | undefined> {
  const kernel = await ChildKernel.start(path.dirname(path.resolve(file)));
  const kill = () => kernel.process.kill("SIGKILL");
  options.kill.addEventListener("abort", kill);
  if (options.kill.aborted) kill();
  try {
    const stamps = stampsOf(notebook);
    // As with outputs: after an error no cell has an earlier run's.
    for (const cell of cellsToRun(notebook)) writeStamp(cell, undefined);
    const end = await runNotebook(notebook, kernel, {
      ...options,
      onEnd(cell) {
        writeStamp(cell, stamps.get(cell));
        options.onEnd(cell);
      },
    });
    await writeOutputFile(options.output, formatNotebook(notebook));
    return failureOf(end, notebook, options, kernel.log);
  } finally {
    options.kill.removeEventListener("abort", kill);
    await kernel.stop();
  }
}

function failureOf(
  end: RunEnd,
  notebook: Notebook,
  { timeout }: SavedRunOptions,
  log: string,
): CommandFailure | undefined {
  if (end.kind === "done") return undefined;
  const where = `cell ${notebook.cells.indexOf(end.cell) + 1} (id ${end.cell.id})`;
  switch (end.kind) {
    case "error": {
      const traceback = end.traceback.join("\n");
      const text = process.stderr.isTTY ? traceback : stripVTControlCharacters(traceback);
      return new CommandFailure(`${where} failed:\n${text}`);
    }
    case "no error":
      return new CommandFailure(`${where} raised no error, which its tag "raises-exception" promises.`);
    case "timeout":
      return new CommandFailure(`${where} took longer than ${timeout} s and was stopped; see --timeout.`);
    case "interrupted":
      return new CommandFailure(`stopped at ${where}.`, exitCodes.interrupted);
    case "died":
      return new CommandFailure(`the kernel died at ${where} (${end.end}).${log ? `\n${log}` : ""}`);
  }
}
