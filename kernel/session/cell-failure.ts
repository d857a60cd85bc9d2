// A cell that can't go on, for a reason that its reader shall see: thrown by the steps of an execution and by magics,
// turned into `error` and an error reply by handlers/execute.
import type { CellError } from "../ipc/cell-messages.js";

export class CellFailure extends Error {
  override name = "CellFailure";

  constructor(readonly error: CellError) {
    super(`${error.ename}: ${error.evalue}`);
  }

  /** A failure without a place in the code. */
  static of(ename: string, evalue: string): CellFailure {
    return new CellFailure({ ename, evalue, traceback: [`\u001b[31m${ename}\u001b[39m: ${evalue}`] });
  }
}

/** What Stop leaves. JupyterLab and nbclient know the name from Python. */
export function stopped(): CellFailure {
  return CellFailure.of("KeyboardInterrupt", "the cell was stopped");
}

/** Waits for `work`, but not longer than until the running cell is made to fail. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
