// execute_request: counts, echoes the input, runs magics and the cell, publishes its error, answers. What happens to the
// code itself is in ../execution.
import type { CellError } from "../../ipc/cell-messages.js";
import { CompilerStopped } from "../../language/compiler-stopped.js";
import type { ExecuteReply, PagePayload } from "../../protocol/replies.js";
import type { Cell } from "../cell.js";
import { CellFailure } from "../cell-failure.js";
import { evaluateExpressions, runCell } from "../execution.js";
import { describeError, log } from "../log.js";
import type { Request } from "../request.js";
import type { Session } from "../session.js";
import { withoutHiddenNumbers } from "../unnumbered-cells.js";

export async function execute(session: Session, request: Request<"execute_request">): Promise<ExecuteReply> {
  const { code, silent, store_history, allow_stdin } = request.content;
  // As ipykernel counts: what is not stored is shown with the next number, without using it up.
  const shownCount = session.executionCount + 1;
  if (store_history) session.executionCount = shownCount;
  const count = session.executionCount;
  const cell = session.cells.open({ request: request.message, silent, allowStdin: allow_stdin, count });
  const running = session.begin(cell);
  // When the reply is out.
  request.afterwards(() => setImmediate(() => session.history.flush()));
  const payload: PagePayload[] = [];
  try {
    if (!silent) {
      session.publisher.publish("execute_input", { code, execution_count: shownCount }, request.message.header);
    }
    if (store_history && code.trim() !== "") session.history.addInput(count, code);
    await runCell(session, running, {
      code,
      count: store_history ? count : session.unnumbered.next(),
      silent,
      payload,
    });
    const user_expressions = await evaluateExpressions(session, running, request.content.user_expressions);
    if (store_history && cell.resultText !== null) session.history.addOutput(count, cell.resultText);
    return { status: "ok", execution_count: count, payload, user_expressions };
  } catch (error) {
    const { ename, evalue, traceback } = failureOf(cell, error);
    if (request.content.stop_on_error && !silent) await session.queue.abortRest();
    return { status: "error", ename, evalue, traceback, execution_count: count, payload: [], user_expressions: {} };
  } finally {
    cell.settle();
    await session.end();
  }
}

/** Publishes the error, unless the cell was stopped and has its error already. */
function failureOf(cell: Cell, thrown: unknown): CellError {
  const failure = thrown instanceof CellFailure ? thrown : otherFailure(thrown);
  const error = withoutHiddenNumbers(failure.error);
  cell.error(error);
  cell.settle();
  return error;
}

function otherFailure(error: unknown): CellFailure {
  if (error instanceof CompilerStopped) return CellFailure.of(error.name, error.message);
  log(`a cell could not be run: ${describeError(error)}`);
  return CellFailure.of("KernelError", error instanceof Error ? error.message : String(error));
}
