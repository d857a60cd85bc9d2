// How slow the machine is here and now, for tests that bound how long something takes: others may be busy on it.
import { spawnSync } from "node:child_process";

/** How much longer than alone on a slow machine a process takes to start, at least 1. */
export function slowness(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ["-e", "0"]);
  return Math.max(1, (performance.now() - startedAt) / 100);
}
