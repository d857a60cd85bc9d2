// Runs one cell in a kernel of its own, as a front end would: the proof that every part works together. Used by doctor.
import os from "node:os";
import type { Message } from "../transport/client-sockets.js";
import { ChildKernel } from "./child-kernel.js";

/** Longer than a slow machine takes to bring up everything. */
const patienceMs = 60_000;

/**
 * Resolves to the milliseconds from the start of the kernel to the cell's result.
 * @throws with the reason where the cell does not run
 */
export async function runTrialCell(): Promise<number> {
  const started = performance.now();
  const kernel = await ChildKernel.start(os.tmpdir());
  let timer: NodeJS.Timeout | undefined;
  try {
    // A type that the compiler must know, and a result that the worker must compute.
    const code = "const two: number = tf.tensor1d([1, 1]).sum().dataSync()[0] ?? 0; two";
    const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
    const result = new Promise<unknown>((resolve) => {
      kernel.onPublished(({ header, content: { data } }) => {
        if (header.msg_type === "execute_result") resolve((data as Record<string, unknown>)["text/plain"]);
      });
    });
    const failed = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs);
      void kernel.exited.then((end) => reject(new Error(`the kernel ended (${end}). ${kernel.log}`)));
    });
    const { reply } = kernel.request("shell", "execute_request", content);
    const { content: answer }: Message = await Promise.race([reply, failed]);
    if (answer.status !== "ok") throw new Error(`${answer.ename}: ${answer.evalue}`);
    const shown = await Promise.race([result, failed]);
    if (shown !== "2") throw new Error(`1 + 1 is ${shown}`);
    return performance.now() - started;
  } finally {
    clearTimeout(timer);
    await kernel.stop();
  }
}
