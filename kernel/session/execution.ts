// From a cell's text to its end in the worker: magics, compiler, worker, `user_expressions`. Each step throws CellFailure
// where the reader shall see why the cell can't go on. Called by handlers/execute.
import type { CellError, CompiledCell } from "../ipc/cell-messages.js";
import type { Compilation } from "../language/results.js";
import type { ExpressionReply, PagePayload } from "../protocol/replies.js";
import { CellFailure, stopped, unlessStopped } from "./cell-failure.js";
import { describeError, log } from "./log.js";
import { readMagicHead } from "./magics/magic-head.js";
import { runMagicHead } from "./magics/run-magic-head.js";
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

export async function runCell(session: Session, running: Running, run: CellRun): Promise<void> {
  const head = readMagicHead(run.code);
  await runMagicHead(session, running, head, run.payload);
  if (head.code.trim() === "") return;
  await runCode(session, running, { ...run, code: head.code }, head.timed);
}

async function runCode(session: Session, running: Running, run: CellRun, timed: boolean): Promise<void> {
  const { cell, signal } = running;
  const { code, count, silent } = run;
  const language = await unlessStopped(session.language, signal);
  const compiled = await unlessStopped(
    session.compiler.run(async () => {
      const compilation = await language.compile(code, { count });
      // Stopped while it was compiled: it never runs, and what it declares is not there.
      if (signal.aborted && compilation.ok) await language.settle(count, { unassigned: compilation.cell.declares });
      return compilation;
    }),
    signal,
  );
  if (!compiled.ok) throw compileFailure(compiled);
  let unassigned = compiled.cell.declares;
  try {
    await unlessStopped(session.worker.ready(), signal);
    const startedAt = performance.now();
    const work = session.worker.run(cell.id, compiled.cell, { allowStdin: cell.allowStdin, silent });
    running.markDelivered();
    const done = await work;
    unassigned = done.unassigned;
    if (timed) cell.print("stdout", `${wallTime(performance.now() - startedAt)}\n`);
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

function wallTime(milliseconds: number): string {
  if (milliseconds < 1000) return `Wall time: ${milliseconds.toPrecision(3)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `Wall time: ${seconds.toPrecision(3)} s`;
  return `Wall time: ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
