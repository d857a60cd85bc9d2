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
  await startSession({ connectionFile });
}
