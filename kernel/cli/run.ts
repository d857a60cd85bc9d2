// `cellgrad run NOTEBOOK…`: runs notebooks without Python and without a browser, and saves what their cells show. For CI,
// for machines that have no JupyterLab, and to renew the outputs that a repository keeps.
import type { Command } from "commander";
import { CommandFailure, exitCodes } from "./command-failure.js";
import { onEndSignals } from "./end-signals.js";
import type { CodeCell } from "./notebook.js";
import { findNotebooks, readNotebook } from "./notebook-file.js";
import { checkOutputFile } from "./output-file.js";
import { parseTimeout } from "./timeout-option.js";

interface RunCommandOptions {
  output?: string;
  timeout?: number;
}

interface CellProgress {
  onStart(cell: CodeCell): void;
  onEnd(cell: CodeCell): void;
}

const help = `
Of a folder, all notebooks in it are run, by name; each has a kernel of its own, and where one fails, the next one runs all the
same. Cells tagged "raises-exception" may fail; cells tagged "skip-execution" are left alone. A notebook is written whatever
happens: an error's cell keeps its traceback. Each cell that ran gets a stamp in its metadata (cellgrad.sources), a hash of
the code up to there, by which outputs that are older than their code can be found. Ctrl-C interrupts the running cell,
saves, and ends.`;

export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("run notebooks and save their outputs; needs no Python")
    .argument("<notebooks...>", ".ipynb files, or folders of them")
    .option("-o, --output <file>", "where to save, of one notebook (default: the notebook itself)")
    .option("-t, --timeout <seconds>", "at most so long for each cell (default: no limit)", parseTimeout)
    .addHelpText("after", help)
    .action(run);
}

async function run(places: string[], { output, timeout }: RunCommandOptions): Promise<void> {
  const files = findNotebooks(places);
  if (output !== undefined && files.length > 1)
    throw new CommandFailure(
      `invalid output; expected one notebook, where a file is named: ${files.length}`,
      exitCodes.usage,
    );
  // All of them, before the first one's hour of work.
  const notebooks = await Promise.all(files.map(async (file) => ({ file, notebook: await readNotebook(file) })));
  for (const file of files) checkOutputFile("output", output ?? file);

  // Here, not above: they load ZeroMQ, which a wrong command line has no need of.
  const { runAndSave } = await import("./saved-run.js");
  const { cellsToRun } = await import("./notebook-runner.js");

  const [interruption, death] = [new AbortController(), new AbortController()];
  const release = onEndSignals((count) => (count > 1 ? death : interruption).abort());
  const one = files.length === 1;
  const began = performance.now();
  let failed = 0;
  try {
    for (const { file, notebook } of notebooks) {
      // Between two notebooks: the next one keeps the outputs that it has.
      if (interruption.signal.aborted) throw new CommandFailure(`stopped before ${file}.`, exitCodes.interrupted);
      const progress = one ? reportCells(cellsToRun(notebook).length) : { onStart() {}, onEnd() {} };
      const begin = performance.now();
      const signals = { signal: interruption.signal, kill: death.signal };
      const failure = await runAndSave(file, notebook, { output: output ?? file, timeout, ...signals, ...progress });
      if (one && failure) throw failure;
      if (one) process.stderr.write(`Saved ${output ?? file}\n`);
      else process.stderr.write(`${failure ? "FAILED" : "saved "}  ${file}  ${secondsSince(begin)}\n`);
      if (!failure) continue;
      failed++;
      process.stderr.write(`${failure.message.replace(/^/gm, "  ")}\n`);
      if (interruption.signal.aborted) throw new CommandFailure(`stopped at ${file}.`, exitCodes.interrupted);
    }
  } finally {
    release();
  }
  if (files.length > 1) process.stderr.write(`${files.length} notebooks, ${failed} failed, ${secondsSince(began)}\n`);
  if (failed > 0) process.exitCode = exitCodes.failed;
}

function secondsSince(begin: number): string {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}

/** A line for each cell, with the seconds that it took. */
function reportCells(count: number): CellProgress {
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
