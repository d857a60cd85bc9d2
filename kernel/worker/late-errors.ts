// Errors that no cell is waiting for: unhandled rejections, exceptions of timers and events. They are shown in the cell that
// started them, and end nothing.
import { type CellRun, currentRun } from "./cell-run.js";
import type { Outbox } from "./outbox.js";
import type { StackFrame } from "./stack-frames.js";
import type { Tracebacks } from "./traceback.js";

export class LateErrors {
  constructor(
    readonly outbox: Outbox,
    readonly tracebacks: Tracebacks,
  ) {}

  install(): void {
    process.on("uncaughtException", (error) => this.report(currentRun(), error));
    process.on("unhandledRejection", (reason) => this.report(currentRun(), reason));
    process.on("newListener", (event, listener) => {
      // A listener is announced before it is added.
      if (rethrows(event, listener)) queueMicrotask(() => process.removeListener(event, listener));
    });
  }

  report(run: CellRun | undefined, error: unknown, at?: StackFrame[]): void {
    // A stopped cell's loose ends are no news.
    if (run?.isStopped) return;
    this.outbox.send({ type: "late-error", cell: run?.id ?? "", error: this.tracebacks.of(error, at) });
  }
}

/** Modules made by Emscripten, TensorFlow.js's among them, have listeners that do nothing but end the process. */
function rethrows(event: string | symbol, listener: (...values: unknown[]) => unknown): boolean {
  if (event !== "uncaughtException" && event !== "unhandledRejection") return false;
  const text = Function.prototype.toString.call(listener);
  return text.length < 200 && /\bthrow\s+[\w$]+/.test(text);
}
