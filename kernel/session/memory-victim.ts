// When the machine's memory runs out, Linux kills the process that it holds most dispensable: the worker shall be that, whose
// end the session reports, and neither the session, which holds the connection, nor the compiler. Called by worker-process.ts.
import { readFileSync, writeFileSync } from "node:fs";

/** On a scale of 1000, which counts like that share of the memory. */
const preference = 500;
const most = 1000;

/** Does nothing where there is no such scale. What the process starts in turn inherits it. */
export function markAsVictim(pid: number): void {
  try {
    const own = Number(readFileSync("/proc/self/oom_score_adj", "utf8"));
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(Math.min(own + preference, most)));
  } catch {
    // Another system than Linux, or one that does not allow it.
  }
}
