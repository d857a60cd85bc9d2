// Which comms are open, by either end: what comm_info answers. Told of every comm message by Session and the comm
// handler. https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
import type { CommMessage } from "../ipc/cell-messages.js";

export class Comms {
  readonly #targets = new Map<string, string>();

  /** A comm message passed, in whichever direction. */
  observe(comm: CommMessage): void {
    if (comm.kind === "open") this.#targets.set(comm.commId, comm.targetName ?? "");
    else if (comm.kind === "close") this.#targets.delete(comm.commId);
  }

  /** Open comms with their targets; all of them, or those of one target. */
  open(target: string | null): Record<string, { target_name: string }> {
    const open = [...this.#targets].filter(([, name]) => target === null || name === target);
    return Object.fromEntries(open.map(([id, name]) => [id, { target_name: name }]));
  }

  /** The worker is gone: nobody answers these any more. Returns their ids. */
  clear(): string[] {
    const ids = [...this.#targets.keys()];
    this.#targets.clear();
    return ids;
  }
}
