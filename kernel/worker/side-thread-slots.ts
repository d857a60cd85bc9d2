// What the worker's main thread and its side thread share: a few numbers, by their places in an Int32Array, and the names
// under which the one finds the other's functions.

export const slots = {
  /** Number of the latest Stop; written by the side thread. */
  requested: 0,
  /** Number of the latest Stop that has been dealt with; written by the main thread. */
  handled: 1,
  /** The main thread's answer to "may you be terminated where you are?". */
  answer: 2,
  /** 1 when the side thread has asked V8 to terminate: the main thread waits for it where it is. */
  terminating: 3,
  /** 1 while printed text waits for more of it; written by the main thread. */
  printWaiting: 4,
  /** The latest piece of work that Stop means: the session had sent so many. Written by the side thread. */
  meant: 5,
  /** Number of the question that `answer` answers: an older one, which was late, must not be taken for it. */
  question: 6,
  /** 1 while the side thread looks for a place at which the main thread may be terminated. */
  insisting: 7,
  /**
   * While the main thread waits for a child process: one more than the place of the waiting piece of work among those that the
   * session sent, 1 where none runs. Else 0.
   */
  awaitsChild: 8,
} as const;

export const slotCount = 9;

export const answers = { none: 0, asked: 1, yes: 2, no: 3 } as const;

/** Keys of global functions, which the side thread calls on top of whatever the main thread runs. */
export const globalNames = { probe: "cellgrad.probe", flush: "cellgrad.flush" } as const;

/** What the main thread sends when text begins to wait. */
export const printWaits = "print waits";

/** What the main thread sends before it waits for a child process: the others that run. */
export interface OtherChildren {
  children: number[];
}

export interface SideThreadData {
  shared: Int32Array<SharedArrayBuffer>;
}
