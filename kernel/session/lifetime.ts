// When a session ends, and what must not end it: signals, the death of the front end that started it, errors that nobody
// caught. Called by main.
import { describeError, log } from "./log.js";
import type { Session } from "./session.js";

/** How often it is looked whether the parent still lives, in milliseconds. */
const parentCheck = 1_000;

/** Returns what stops watching. */
export function watchLifetime(session: Session): () => void {
  const interrupt = () => session.interrupt();
  const finish = () => session.finish();
  const keepGoing = (error: unknown) => log(`an unexpected error: ${describeError(error)}`);
  // A log that nobody reads any more is no reason to stop, nor something to log.
  process.stderr.on("error", () => {});
  process.stdout.on("error", () => {});
  process.on("SIGINT", interrupt);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, finish);
  process.on("uncaughtException", keepGoing);
  process.on("unhandledRejection", keepGoing);
  const timer = watchParent(finish);
  return () => {
    clearInterval(timer);
    process.off("SIGINT", interrupt);
    for (const signal of ["SIGTERM", "SIGHUP"]) process.off(signal, finish);
    process.off("uncaughtException", keepGoing);
    process.off("unhandledRejection", keepGoing);
  };
}

/** Jupyter names itself in JPY_PARENT_PID, so that a kernel whose server was killed doesn't stay for ever. */
function watchParent(finish: () => void): NodeJS.Timeout | undefined {
  if (!process.env.JPY_PARENT_PID) return undefined;
  const started = process.ppid;
  // On Windows the variable holds a handle and not an id.
  const named = process.platform === "win32" ? started : Number(process.env.JPY_PARENT_PID);
  return setInterval(() => {
    // A parent that died leaves its children to another one.
    if (!isAlive(named) || (named === started && process.ppid !== started)) finish();
  }, parentCheck);
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
