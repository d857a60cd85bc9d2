// `cellgrad kernel FILE`: what a kernelspec starts. It hands over to kernel/session and loads nothing else, because a
// person waits for it each time a notebook is opened.
import type { Command } from "commander";

export function addKernelCommand(program: Command): void {
  program
    .command("kernel")
    .description("run the kernel for a connection file; Jupyter calls this")
    .argument("<connection-file>", "the JSON file that Jupyter wrote: ports, key")
    .action(runKernel);
}

/** Resolves when the session is over. */
export async function runKernel(connectionFile: string): Promise<void> {
  const { startSession } = await import("../session/main.js");
  try {
    await startSession({ connectionFile });
  } catch (error) {
    // A wrong file, a port that is taken: the message says it all. Anything else is ours to explain.
    const expected = error instanceof Error && /^invalid |EADDRINUSE|EACCES/.test(error.message);
    const text = expected ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`cellgrad: ${text}\n`);
    process.exitCode = 1;
  }
  // Everything has been closed; if something still holds the process, a front end must not wait for it.
  setTimeout(() => process.exit(), 3_000).unref();
}
