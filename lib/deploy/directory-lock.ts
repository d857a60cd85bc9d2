// One writer at a time in a folder of releases, among all processes: for the moments in which a version gets its name or the pointer
// moves. A lock whose process was killed is no lock. Used by release-store.ts and live-pointer.ts.
import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { invalid } from "../engine/invalid.js";
import { temporaryName } from "./left-behind.js";
import { isAlive, owner } from "./owner.js";

/** Milliseconds after which a lock counts as left behind when its holder gave no sign. */
const longestHold = 10_000;
const longestWait = 3 * longestHold;

/** In this thread, who comes later waits without looking at the disk. */
const queues = new Map<string, Promise<unknown>>();

/** @throws when others hold it all the time, and what `work` throws */
export function locked<Value>(directory: string, work: () => Promise<Value>): Promise<Value> {
  const key = resolve(directory);
  const next = (queues.get(key) ?? Promise.resolve())
    .catch(() => {})
    .then(async () => {
      const file = join(key, ".lock");
      const mark = `${owner} ${randomBytes(6).toString("hex")}`;
      await take(file, mark);
      // Whoever still works has not left it.
      const sign = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), longestHold / 5);
      try {
        return await work();
      } finally {
        clearInterval(sign);
        // One that took too long has lost it to somebody else.
        if ((await markOf(file)) === mark) await rm(file, { force: true });
      }
    });
  queues.set(key, next);
  const forget = () => {
    if (queues.get(key) === next) queues.delete(key);
  };
  next.then(forget, forget);
  return next;
}

async function take(file: string, mark: string): Promise<void> {
  const until = performance.now() + longestWait;
  for (;;) {
    if (await isCreated(file, mark)) return;
    const left = await leftMark(file);
    if (left !== undefined) await remove(file, left);
    else if (performance.now() > until) throw invalid("directory", "one that no other process keeps locked", file);
    else await sleep(5 + 20 * Math.random());
  }
}

/** The lock appears with its mark in it: one that is killed meanwhile leaves none, or one that says whose it was. */
async function isCreated(file: string, mark: string): Promise<boolean> {
  const { path, release } = temporaryName(dirname(file), "lock");
  try {
    await writeFile(path, mark, { flag: "wx" });
    // Some file systems have no links; there a lock may be empty for a moment.
    await link(path, file).catch((error: NodeJS.ErrnoException) => {
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(error.code ?? "")) throw error;
      return writeFile(file, mark, { flag: "wx" });
    });
    return true;
  } catch (error) {
    // Windows answers EPERM while the file is being removed.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || (process.platform === "win32" && code === "EPERM")) return false;
    throw error;
  } finally {
    await rm(path, { force: true });
    release();
  }
}

/** What a lock says whose maker is gone; undefined for one that is held. */
async function leftMark(file: string): Promise<string | undefined> {
  const [mark, age] = await Promise.all([
    markOf(file),
    stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    ),
  ]);
  if (mark === undefined) return undefined;
  const [by = ""] = mark.split(" ");
  // One without a mark is judged by its age.
  return age > longestHold || (by !== "" && isAlive(by) === false) ? mark : undefined;
}

/** Under another name first: of two that find the same lock left behind, the slower one must not remove the next holder's. */
async function remove(file: string, left: string): Promise<void> {
  const { path: aside, release } = temporaryName(dirname(file), "lock");
  await rename(file, aside).catch(() => {});
  const found = await markOf(aside);
  if (found !== undefined && found !== left) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
  release();
}

function markOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
