// The numbers of the child processes that run beside this thread, of all cells: what else this process has started was
// started by a thread, or is waited for. Filled by child-processes.ts.
import type { ChildProcess } from "node:child_process";

const running = new Set<number>();

export const startedChildren: ReadonlySet<number> = running;

export function noteStarted(child: ChildProcess): void {
  const { pid } = child;
  // It could not be started.
  if (pid === undefined) return;
  running.add(pid);
  child.once("exit", () => running.delete(pid));
}
