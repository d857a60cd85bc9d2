// The timers and immediates that one cell has started, so that Stop can clear them. Filled by timers.ts.

/** Node's own mark of a timer that has fired for the last time or was cleared. */
interface Handle {
  _destroyed?: boolean;
}

export class CellTimers {
  readonly #handles = new Set<NodeJS.Timeout | NodeJS.Immediate>();
  #sweepAt = 64;

  add(handle: NodeJS.Timeout | NodeJS.Immediate): void {
    this.#handles.add(handle);
    if (this.#handles.size >= this.#sweepAt) this.#sweep();
  }

  clear(): void {
    for (const handle of this.#handles) {
      if ("refresh" in handle) clearTimeout(handle);
      else clearImmediate(handle);
    }
    this.#handles.clear();
  }

  /** Forgets those that are over, now and then, so that a long chain of timers takes no memory. */
  #sweep(): void {
    for (const handle of this.#handles) if ((handle as Handle)._destroyed) this.#handles.delete(handle);
    this.#sweepAt = Math.max(64, this.#handles.size * 2);
  }
}
