// Code that must not be broken off halfway. A Stop terminates whatever JavaScript runs, without `finally`; interrupt.ts
// asks here first. Everything whose half would be worse than nothing (a frame on the pipe, the books on a cell) runs inside.

let depth = 0;

/** Runs `work` to its end, whatever Stop says. For short, finite work that calls no user code. */
export function uninterrupted<Result>(work: () => Result): Result {
  depth += 1;
  try {
    return work();
  } finally {
    depth -= 1;
  }
}

/**
 * After a termination, at the top of the event loop: V8 breaks off at the next call, which may be that of `work`, and then nobody
 * counts down.
 */
export function forgetBrokenOff(): void {
  depth = 0;
}

export function isInterruptible(): boolean {
  return depth === 0;
}
