// `cellgrad test NOTEBOOK…`: runs notebooks as tests, for CI: a line for each, what failed, JUnit XML, an exit code. The files stay as they
// are; `run` is the command that saves.
import { type Command, InvalidArgumentError } from "commander";
import { exitCodes } from "./command-failure.js";
import { onEndSignals } from "./end-signals.js";
import { junitXML } from "./junit.js";
import { findNotebooks, readNotebook } from "./notebook-file.js";
import type { CellResult, NotebookResult } from "./notebook-tests.js";
import { checkOutputFile, writeOutputFile } from "./output-file.js";
import { parseTimeout } from "./timeout-option.js";

interface TestCommandOptions {
  junit?: string;
  timeout?: number;
  jobs: number;
}

const help = `
Of a folder, all notebooks in it are tested. Each runs in a kernel of its own, in its folder; each cell is a test, passed when it
raises no error. Cells tagged "raises-exception" must raise one; cells tagged "skip-execution" are left alone; cells behind one
that failed are not run. The notebooks' files are not changed.`;

export function addTestCommand(program: Command): void {
  program
    .command("test")
    .description("run notebooks as tests; needs no Python")
    .argument("<notebooks...>", ".ipynb files, or folders of them")
    .option("--junit <file>", "write the results there as JUnit XML")
    .option("-t, --timeout <seconds>", "at most so long for each cell (default: no limit)", parseTimeout)
    .option("-j, --jobs <n>", "so many notebooks at once", parseJobs, 1)
    .addHelpText("after", help)
    .action(test);
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isSafeInteger(jobs) || jobs < 1 || jobs > 64) throw new InvalidArgumentError("Expected 1 to 64.");
  return jobs;
}

async function test(places: string[], { junit, timeout, jobs }: TestCommandOptions): Promise<void> {
  const files = findNotebooks(places);
  if (junit !== undefined) checkOutputFile("junit", junit);
  // All of them, before the first one's hour of work.
  const notebooks = await Promise.all(files.map(readNotebook));
  // Here, not above: it loads ZeroMQ, which a wrong command line has no need of.
  const { testNotebook } = await import("./notebook-tests.js");
  const interruption = new AbortController();
  const release = onEndSignals((count) => {
    // The kernels see that this process is gone.
    if (count > 1) process.exit(exitCodes.interrupted);
    interruption.abort();
  });
  const results: NotebookResult[] = [];
  let next = 0;
  const work = async () => {
    for (let i = next++; i < files.length && !interruption.signal.aborted; i = next++) {
      const [file, notebook] = [files[i], notebooks[i]];
      if (file === undefined || notebook === undefined) return;
      const result = await testNotebook(file, notebook, { timeout, signal: interruption.signal });
      results[i] = result;
      process.stdout.write(describe(result));
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, work));
  } finally {
    release();
  }
  const done = results.filter((result) => result !== undefined);
  if (junit !== undefined) await writeOutputFile(junit, junitXML(done));
  process.stdout.write(summary(done, files.length));
  if (interruption.signal.aborted) process.exitCode = exitCodes.interrupted;
  else if (done.some(isFailed)) process.exitCode = exitCodes.failed;
}

function isFailed({ cells }: NotebookResult): boolean {
  return cells.some(({ outcome }) => outcome === "failed");
}

function count(cells: readonly CellResult[], outcome: CellResult["outcome"]): number {
  return cells.filter((cell) => cell.outcome === outcome).length;
}

function describe(result: NotebookResult): string {
  const { file, cells, seconds } = result;
  const counts = `${count(cells, "passed")} of ${cells.length} cells passed, ${seconds.toFixed(1)} s`;
  const lines = [`${isFailed(result) ? "FAILED" : "passed"}  ${file}  (${counts})`];
  for (const { name, failure } of cells) {
    if (failure === undefined) continue;
    const text = failure.details || failure.message;
    lines.push(`  ${name}`, ...text.split("\n").map((line) => `    ${line}`.trimEnd()));
  }
  return `${lines.join("\n")}\n`;
}

function summary(results: readonly NotebookResult[], files: number): string {
  const cells = results.flatMap((result) => result.cells);
  const notRun = count(cells, "not run");
  const parts = [`${count(cells, "passed")} passed`, `${count(cells, "failed")} failed`];
  if (notRun > 0) parts.push(`${notRun} not run`);
  const failed = results.filter(isFailed).length;
  const missing = files - results.length;
  const of = `${files} ${files === 1 ? "notebook" : "notebooks"}`;
  return `${parts.join(", ")} (cells); ${of}, ${failed} failed${missing > 0 ? `, ${missing} not begun` : ""}\n`;
}
