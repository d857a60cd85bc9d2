// Ends child processes and all that they started, as a terminal's Ctrl-C does, and then with more force. Used by
// cell-children.ts and cell-threads.ts, and by side-thread.ts.
import { execFile } from "node:child_process";
import { type ProcessTree, processesOf, processTree } from "./process-tree.js";
import { ownTimeout } from "./timers.js";

/** Signals, and how long after the first each is sent, in milliseconds. */
const steps: [signal: NodeJS.Signals, after: number][] = [
  ["SIGINT", 0],
  ["SIGTERM", 300],
  ["SIGKILL", 1000],
];

export function endProcesses(pids: readonly number[]): void {
  if (pids.length === 0) return;
  if (process.platform === "win32") {
    // There are no such signals there, and no process learns of its parent's end.
    for (const pid of pids) execFile("taskkill", ["/pid", String(pid), "/t", "/f"], () => {});
    return;
  }
  let tree = processesOf(pids);
  for (const [signal, after] of steps) {
    if (after === 0) tree = send(signal, tree);
    else {
      ownTimeout(() => {
        tree = send(signal, tree);
      }, after).unref();
    }
  }
}

/** @returns whom it reached: what a process has started is known by it only as long as it runs. */
function send(signal: NodeJS.Signals, processes: ProcessTree): ProcessTree {
  if (processes.size === 0) return processes;
  const tree = processTree(processes);
  for (const pid of tree.keys()) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended a moment ago, or belongs to somebody else.
    }
  }
  return tree;
}
