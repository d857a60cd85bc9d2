// What the worker tells WorkerProcess itself, beside the messages of kernel/ipc/cell-messages.ts, and the numbers of the
// pipes between the two. Both ends import this.

/** File descriptors in the worker. Output of native code and of child processes comes through 1 and 2. */
export const pipes = {
  /** Frames to the session, written synchronously, so that they flow while a loop spins. */
  toSession: 3,
  /** Frames from the session. */
  fromSession: 4,
  /**
   * For each Stop a 32-bit number, little-endian: how many `execute` and `evaluate` messages the session has sent, since
   * Stop may overtake them, and must not hit what comes after. Its end means that the session is gone.
   */
  interrupt: 5,
} as const;

export const stopBytes = 4;

/** The worker is about to exit because user code asked for it. */
export interface ExitNotice {
  type: "exiting";
  /** A sentence without its full stop: `process.exit(3) was called in Cell [4], line 1:9`. */
  description: string;
}
