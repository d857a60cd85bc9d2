// The threads that one cell has started, so that Stop can end them. Filled by threads.ts.
import type { Worker } from "node:worker_threads";
import { endProcesses } from "./end-processes.js";
import { otherChildren } from "./process-tree.js";
import { startedChildren } from "./started-children.js";
import { ownTimeout } from "./timers.js";

/** How long Stop waits for threads: one that sits in native code ends when that returns. In milliseconds. */
const patience = 200;
/** Threads of all cells, but those that Stop ends: some take a while. */
const allRunning = new Set<Worker>();

export class CellThreads {
  readonly #running = new Set<Worker>();

  add(thread: Worker): void {
    this.#running.add(thread);
    allRunning.add(thread);
    thread.once("exit", () => {
      this.#running.delete(thread);
      allRunning.delete(thread);
    });
  }

  /** @returns a promise that resolves when they have ended, or after a while; nothing if there is none. */
  end(): Promise<unknown> | undefined {
    if (this.#running.size === 0) return undefined;
    const ended = [...this.#running];
    this.#running.clear();
    // What a thread has started does not end with it; whose it is can't be told where threads of other cells run.
    for (const thread of ended) allRunning.delete(thread);
    const areAlone = allRunning.size === 0;
    const endChildren = (): void => {
      if (areAlone) endProcesses(otherChildren(startedChildren));
    };
    // One that waits for a child process ends no earlier than that.
    endChildren();
    const all = Promise.all(ended.map((thread) => thread.terminate())).then(endChildren);
    return Promise.race([all, new Promise((go) => ownTimeout(() => go(undefined), patience).unref())]);
  }
}
