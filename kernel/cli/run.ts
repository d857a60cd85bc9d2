// `cellgrad run IN.ipynb`: runs a notebook without Python and without a browser, and saves what its cells show. For CI,
// and for machines that have no JupyterLab.
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Command } from "commander";
import type { ChildKernel as Kernel } from "./child-kernel.js";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { onEndSignals } from "./end-signals.js";
import { type CodeCell, formatNotebook, type Notebook } from "./notebook.js";
import { readNotebook } from "./notebook-file.js";
import type { RunEnd } from "./notebook-runner.js";
import { checkOutputFile, writeOutputFile } from "./output-file.js";
import { parseTimeout } from "./timeout-option.js";

interface RunCommandOptions {
  output?: string;
  timeout?: number;
}

const help = `
Cells tagged "raises-exception" may fail; cells tagged "skip-execution" are left alone. The notebook is written whatever
happens: an error's cell keeps its traceback. Ctrl-C interrupts the running cell, saves, and ends.`;

export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("run a notebook and save its outputs; needs no Python")
    .argument("<notebook>", "the .ipynb file")
    .option("-o, --output <file>", "where to save (default: the notebook itself)")
    .option("-t, --timeout <seconds>", "at most so long for each cell (default: no limit)", parseTimeout)
    .addHelpText("after", help)
    .action(run);
}

async function run(input: string, options: RunCommandOptions): Promise<void> {
  const notebook = await readNotebook(input);
  const output = options.output ?? input;
  checkOutputFile("output", output);

  // Here, not above: they load ZeroMQ, which a wrong command line has no need of.
  const { ChildKernel } = await import("./child-kernel.js");
  const { cellsToRun, runNotebook } = await import("./notebook-runner.js");

  const interruption = new AbortController();
  let kernel: Kernel | undefined;
  const release = onEndSignals((count) => {
    if (count > 1) kernel?.process.kill("SIGKILL");
    interruption.abort();
  });
  try {
    kernel = await ChildKernel.start(path.dirname(path.resolve(input)));
    const end = await runNotebook(notebook, kernel, {
      timeout: options.timeout,
      signal: interruption.signal,
      ...reportProgress(cellsToRun(notebook).length),
    });
    await writeOutputFile(output, formatNotebook(notebook));
    const failure = failureOf(end, notebook, options, kernel.log);
    if (failure) throw failure;
    process.stderr.write(`Saved ${output}\n`);
  } finally {
    await kernel?.stop();
    release();
  }
}

function reportProgress(count: number): { onStart(cell: CodeCell): void; onEnd(cell: CodeCell): void } {
  let index = 0;
  let started = 0;
  return {
    onStart(cell) {
      index++;
      started = performance.now();
      const line = cell.source.trim().split("\n", 1)[0] ?? "";
      process.stderr.write(`[${index}/${count}] ${line.length > 70 ? `${line.slice(0, 69)}…` : line}`);
    },
    onEnd() {
      process.stderr.write(`  ${((performance.now() - started) / 1000).toFixed(2)} s\n`);
    },
  };
}

function failureOf(
  end: RunEnd,
  notebook: Notebook,
  { timeout }: RunCommandOptions,
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
