// From a cell's text to its end in the worker: magics, compiler, worker, `user_expressions`. Each step throws CellFailure
// where the reader shall see why the cell can't go on. Called by handlers/execute.
import type { CellError, CompiledCell } from "../ipc/cell-messages.js";
import type { Language } from "../language/language.js";
import type { Compilation } from "../language/results.js";
import type { ExpressionReply, PagePayload } from "../protocol/replies.js";
import { CellFailure, stopped, unlessStopped } from "./cell-failure.js";
import { describeError, log } from "./log.js";
import { cellReader } from "./magics/cell-reader.js";
import { type CellStep, looksLikeMagic, readMagicLines } from "./magics/magic-lines.js";
import { findMagic } from "./magics/magic-table.js";
import { runMagic } from "./magics/run-magic.js";
import type { Running } from "./running.js";
import type { Session } from "./session.js";

export interface CellRun {
  code: string;
  /** Unlike that of any other cell. */
  count: number;
  silent: boolean;
  /** Pages that magics leave for the reply. */
  payload: PagePayload[];
}

/** A piece of a cell that runs by itself: what stands between its magics. */
interface CellPart {
  code: string;
  /** The whole cell, which has the same lines. */
  text: string;
  /** For compiler and worker, which tell what was declared apart by it. */
  count: number;
  /** What readers call the cell. */
  number: number;
  silent: boolean;
  showsResult: boolean;
}

export async function runCell(session: Session, running: Running, run: CellRun): Promise<void> {
  const { code: text, count, silent, payload } = run;
  const language = await unlessStopped(session.language, running.signal);
  const { steps } = readMagicLines(text, cellReader(language));
  for (const step of steps) if (step.kind === "magic") findMagic(step.name);
  let isFirst = true;
  const partOf = (step: Extract<CellStep, { kind: "code" }>): CellPart => {
    const own = isFirst ? count : session.unnumbered.next();
    isFirst = false;
    return { code: step.code, text, count: own, number: count, silent, showsResult: step === steps.at(-1) };
  };
  // What can't be read fails the cell before any of it runs.
  for (const step of steps) {
    if (steps.length === 1 || step.kind !== "code" || language.statements(step.code)) continue;
    const compiled = await compile(session, running, language, partOf(step));
    if (!compiled.ok) throw cellFailure(compiled, text);
  }
  let sum: number | undefined;
  try {
    for (const step of steps) {
      if (step.kind === "clock") sum ??= 0;
      else if (step.kind !== "code") await runMagic(session, running, step, payload);
      else
        await runCode(session, running, language, partOf(step), (milliseconds) => {
          if (step.timed) running.cell.print("stdout", `${wallTime(milliseconds)}\n`);
          if (sum !== undefined) sum += milliseconds;
        });
    }
  } finally {
    if (sum) running.cell.print("stdout", `${wallTime(sum)}\n`);
  }
}

/** @param took is told how long the code ran, also when it failed. */
async function runCode(
  session: Session,
  running: Running,
  language: Language,
  part: CellPart,
  took: (milliseconds: number) => void,
): Promise<void> {
  const { cell, signal } = running;
  const { count, silent } = part;
  const compiled = await compile(session, running, language, part);
  if (!compiled.ok) throw cellFailure(compiled, part.text);
  let unassigned = compiled.cell.declares;
  try {
    await unlessStopped(session.worker.ready(), signal);
    const startedAt = performance.now();
    const work = session.worker.run(cell.id, compiled.cell, { allowStdin: cell.allowStdin, silent });
    running.markDelivered();
    const done = await work;
    unassigned = done.unassigned;
    took(performance.now() - startedAt);
    if (done.status !== "ok") throw new CellFailure(done.error ?? stopped().error);
  } finally {
    // The reply doesn't wait for it; whoever asks the compiler next does.
    session.compiler
      .run(async () => {
        await repliesAreOut();
        await language.settle(count, { unassigned });
      })
      .catch((error) => log(`the compiler could not settle cell ${count}: ${describeError(error)}`));
  }
}

async function compile(
  session: Session,
  { signal }: Running,
  language: Language,
  { code, ...options }: CellPart,
): Promise<Compilation> {
  return unlessStopped(
    session.compiler.run(async () => {
      const compilation = await language.compile(code, options);
      // Stopped while it was compiled: it never runs, and what it declares is not there.
      if (signal.aborted && compilation.ok)
        await language.settle(options.count, { unassigned: compilation.cell.declares });
      return compilation;
    }),
    signal,
  );
}

export async function evaluateExpressions(
  session: Session,
  running: Running,
  expressions: Record<string, string>,
): Promise<Record<string, ExpressionReply>> {
  const { cell, signal } = running;
  const names = Object.keys(expressions);
  if (names.length === 0) return {};
  const language = await unlessStopped(session.language, signal);
  const compiled: Record<string, CompiledCell | CellError> = {};
  for (const name of names) {
    const compilation = await unlessStopped(
      session.compiler.run(() => language.compileExpression(expressions[name] ?? "")),
      signal,
    );
    compiled[name] = compilation.ok ? compilation.cell : compileFailure(compilation).error;
  }
  await unlessStopped(session.worker.ready(), signal);
  running.markDelivered();
  return unlessStopped(session.worker.evaluate(cell.id, compiled), signal);
}

/** Messages leave at the end of a turn of the event loop; this turn's reply is made after this is called. */
async function repliesAreOut(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function compileFailure({ ename, evalue, traceback }: Extract<Compilation, { ok: false }>): CellFailure {
  return new CellFailure({ ename, evalue, traceback });
}

/** That of a cell, whose reader may have meant a line to be a magic. */
function cellFailure(failed: Extract<Compilation, { ok: false }>, code: string): CellFailure {
  const failure = compileFailure(failed);
  const line = code.split("\n")[(failed.diagnostics[0]?.line ?? 1) - 1] ?? "";
  if (!looksLikeMagic(line)) return failure;
  const hint = "Magics, lines that begin with % or ask with ?, stand between the statements of a cell, not inside one.";
  return new CellFailure({ ...failure.error, traceback: [...failure.error.traceback, hint] });
}

function wallTime(milliseconds: number): string {
  if (milliseconds < 1000) return `Wall time: ${milliseconds.toPrecision(3)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `Wall time: ${seconds.toPrecision(3)} s`;
  return `Wall time: ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
