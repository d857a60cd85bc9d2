// Errors that no cell is waiting for: unhandled rejections, exceptions of timers and events. They are shown in the cell that
// started them, and end nothing.
import { type CellRun, currentRun } from "./cell-run.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";
import type { Outbox } from "./outbox.js";
import { read } from "./safe-read.js";
import type { StackFrame } from "./stack-frames.js";
import type { Tracebacks } from "./traceback.js";

export class LateErrors {
  constructor(
    readonly outbox: Outbox,
    readonly tracebacks: Tracebacks,
  ) {}

  install(): void {
    // Not as one listener among others: libraries, such as those that Emscripten makes, add one that throws the error on,
    // which would end the process.
    const emit = process.emit.bind(process) as (event: string | symbol, ...values: unknown[]) => boolean;
    const handling = (event: string | symbol, ...values: unknown[]): boolean => {
      if (event !== "uncaughtException" && event !== "unhandledRejection") return emit(event, ...values);
      // The reader has pressed Stop: what rejects because of that is no news.
      if (!isInterruption(values[0])) this.report(currentRun(), values[0]);
      for (const listener of process.rawListeners(event)) {
        try {
          Reflect.apply(listener, process, values);
        } catch (error) {
          if (error !== values[0]) this.report(currentRun(), error);
        }
      }
      return true;
    };
    process.emit = handling as typeof process.emit;
  }

  report(run: CellRun | undefined, error: unknown, at?: StackFrame[]): void {
    // A stopped cell's loose ends are no news.
    if (run?.isStopped) return;
    this.outbox.send({ type: "late-error", cell: run?.id ?? "", error: this.tracebacks.of(error, at) });
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof KeyboardInterrupt || read(error, "cause") instanceof KeyboardInterrupt;
}
