// One trial in a thread of its own, from start to end. Called by local-pool.ts.
import os from "node:os";
import { Worker } from "node:worker_threads";
import { addressOf, type TrialModule } from "./trial-module.js";
import { errorOf, type TrialError, type TrialJob, type TrialRun, UnusableTrial } from "./trial-run.js";
import type { TrialMessage, TrialSetup } from "./trial-worker.js";

/** This machine and process, in a result. */
export const here = `${os.hostname()}:${process.pid}`;

/**
 * @returns the scores, or the error that the trial threw or its thread died of
 * @throws UnusableTrial when the module can't be loaded; the signal's reason once that comes, when the thread has ended
 */
export async function runInThread(
  { file, name }: TrialModule,
  { parameters, context }: TrialJob,
  signal: AbortSignal,
): Promise<TrialRun> {
  signal.throwIfAborted();
  const started = performance.now();
  const worker = new Worker(new URL("./trial-worker.js", import.meta.url), {
    workerData: { address: addressOf(file), name, parameters, context } satisfies TrialSetup,
    name: "cellgrad trial",
    // Flags of the program (--import, --test, …) are not meant for its threads.
    execArgv: [],
    // A trial a core is faster than several cores a trial, and sums don't depend on how many cores a machine has.
    env: { ...process.env, CELLGRAD_THREADS: process.env.CELLGRAD_THREADS ?? "1" },
  });
  const onAbort = () => void worker.terminate();
  signal.addEventListener("abort", onAbort);
  try {
    const message = await new Promise<TrialMessage>((resolve) => {
      worker.once("message", resolve);
      worker.once("error", (error: unknown) => resolve({ kind: "failed", error: errorOf(error) }));
      worker.once("exit", (code) => resolve({ kind: "failed", error: ended(code) }));
    });
    await worker.terminate();
    signal.throwIfAborted();
    const seconds = (performance.now() - started) / 1000;
    if (message.kind === "unusable")
      throw new UnusableTrial(`invalid trial; expected ${message.rule}: ${file} (${message.reason})`);
    const found = message.kind === "done" ? { scores: message.scores } : { scores: {}, error: message.error };
    return { ...found, seconds, where: here, attempts: 1 };
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function ended(code: number): TrialError {
  return { name: "ThreadEnded", message: `the trial's thread ended with exit code ${code}` };
}
