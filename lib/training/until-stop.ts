// What training waits for ends with Stop: a callback that waits for a timer of its cell, which Stop clears, would never answer. Used by
// trainer.ts after each step, and by turns.ts.

/**
 * @param work what a callback gave
 * @param signal of Stop
 * @returns what the work gives; rejects with the signal's reason when that comes first
 */
export async function untilStop<T>(work: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined || !isThenable(work)) return work;
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Not by its class: a cell's promises may be of another realm. */
function isThenable(work: unknown): work is PromiseLike<unknown> {
  return typeof (work as { then?: unknown } | null | undefined)?.then === "function";
}
