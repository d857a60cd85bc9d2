// What the worker's main thread and its interrupt thread share: a few numbers, by their places in an Int32Array.

export const slots = {
  /** Number of the latest Stop; written by the thread. */
  requested: 0,
  /** Number of the latest Stop that has been dealt with; written by the main thread. */
  handled: 1,
  /** The main thread's answer to "may you be terminated where you are?". */
  answer: 2,
  /** 1 when the thread has asked V8 to terminate: the main thread waits for it where it is. */
  terminating: 3,
} as const;

export const answers = { none: 0, asked: 1, yes: 2, no: 3 } as const;

/** The global function that the thread calls on top of whatever the main thread runs. */
export const probeName = "cellgrad.interrupt.probe";

export interface InterruptThreadData {
  shared: Int32Array<SharedArrayBuffer>;
}
