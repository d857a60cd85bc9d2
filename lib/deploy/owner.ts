// Who made a file that must not outlive its maker: this thread of this process of this machine, as a text that fits into a file's name.
// Used by directory-lock.ts and drafts.ts to tell what is in use from what a killed process has left.
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";

const host = hostname().replaceAll(/[^A-Za-z0-9]/g, "_");

/** This thread. */
export const owner = `${process.pid}-${threadId}-${host}`;

/**
 * Whether the process that made something still runs; undefined where that can't be known, since it runs or ran on another machine.
 * @param name of an `owner`
 */
export function isAlive(name: string): boolean | undefined {
  const [, pid = "", thread = "", where = ""] = /^(\d+)-(\d+)-(\w*)$/.exec(name) ?? [];
  if (where !== host) return undefined;
  // A process of a restarted container may have its predecessor's number; what this thread itself uses, its caller knows.
  if (Number(pid) === process.pid) return Number(thread) !== threadId;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
