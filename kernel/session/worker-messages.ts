// What the worker sends, taken to the cell that it belongs to, to the compiler or to the front end. Called by Session for
// every message that is not the answer to a question of the supervisor.
import type { CellId, CommMessage, ToSession } from "../ipc/cell-messages.js";
import { describeError, log } from "./log.js";
import type { Session } from "./session.js";

export function receiveFromWorker(session: Session, message: ToSession): void {
  switch (message.type) {
    case "resolve":
      void resolveImport(session, message.id, message.specifier, message.from);
      break;
    case "comm":
      sendComm(session, message.cell, message.comm);
      break;
    case "stream":
    case "display":
    case "result":
    case "clear-output":
    case "late-error":
    case "input":
    case "done":
      showInCell(session, message);
  }
}

type CellMessage = Extract<
  ToSession,
  { type: "stream" | "display" | "result" | "clear-output" | "late-error" | "input" | "done" }
>;

function showInCell(session: Session, message: CellMessage): void {
  const cell = session.cells.find(message.cell);
  if (cell === undefined) return;
  switch (message.type) {
    case "stream":
      cell.print(message.name, message.text);
      break;
    case "display":
      cell.display(message.data, message.metadata, message);
      break;
    case "result":
      cell.result(message.data, message.metadata);
      break;
    case "clear-output":
      cell.clearOutput(message.wait);
      break;
    case "late-error":
      cell.lateError(message.error);
      break;
    case "input":
      session.inputs.ask({ cell, prompt: message.prompt, password: message.password });
      break;
    case "done":
      session.inputs.cancel(message.cell);
      // At once, not when the execution goes on: the next message may already be one that must not be shown.
      if (message.status === "interrupted" && message.error) cell.stopWith(message.error);
  }
}

function sendComm(session: Session, cellId: CellId, comm: CommMessage): void {
  session.comms.observe(comm);
  const cell = session.cells.find(cellId);
  const { commId, data, metadata, buffers } = comm;
  if (comm.kind === "open") {
    const content = { comm_id: commId, target_name: comm.targetName ?? "", data };
    cell?.comm("comm_open", content, metadata, buffers);
  } else cell?.comm(`comm_${comm.kind}`, { comm_id: commId, data }, metadata, buffers);
}

async function resolveImport(session: Session, id: number, specifier: string, from: string | null): Promise<void> {
  try {
    const language = await session.language;
    const module = await language.resolveModule(specifier, from);
    session.worker.send({ type: "resolved", id, module });
  } catch (error) {
    log(`the import of ${specifier} failed: ${describeError(error)}`);
    session.worker.send({ type: "resolved", id, module: { kind: "error", message: String(error) } });
  }
}
