// What the worker tells WorkerProcess itself, beside the messages of kernel/ipc/cell-messages.ts, and the numbers of the
// pipes between the two. Both ends import this.

/** File descriptors in the worker. Output of native code and of child processes comes through 1 and 2. */
export const pipes = {
  /** Frames to the session, written synchronously, so that they flow while a loop spins. */
  toSession: 3,
  /** Frames from the session. */
  fromSession: 4,
  /** A byte a Stop, read by a thread of its own. Its end means that the session is gone. */
  interrupt: 5,
} as const;

/** The worker is about to exit because user code asked for it. */
export interface ExitNotice {
  type: "exiting";
  /** A sentence without its full stop: `process.exit(3) was called in Cell [4], line 1:9`. */
  description: string;
}
