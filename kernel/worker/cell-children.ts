// The child processes that one cell has started, so that Stop can end them. Filled by child-processes.ts.
import type { ChildProcess } from "node:child_process";
import { endProcesses } from "./end-processes.js";

export class CellChildren {
  readonly #running = new Set<ChildProcess>();

  add(child: ChildProcess): void {
    // It could not be started.
    if (child.pid === undefined) return;
    this.#running.add(child);
    child.once("exit", () => this.#running.delete(child));
  }

  end(): void {
    const pids = [...this.#running].flatMap(({ pid }) => pid ?? []);
    this.#running.clear();
    endProcesses(pids);
  }
}
