// Files and folders that must not outlive their maker: named so that others can tell whose they are, and removed once that one is gone. Used
// by drafts.ts, directory-lock.ts and whoever opens a folder of releases.
import { randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, owner } from "./owner.js";

/** Milliseconds after which what another machine has begun counts as left behind. */
const longestElsewhere = 24 * 3600 * 1000;
/** What belongs to such a file has its name with an end. */
const pattern = /^(\.(draft|lock|canary)-([\w-]+)\.[0-9a-f]{12})(\.\w+)?$/;

type Kind = "draft" | "lock" | "canary";

/** What this thread uses now. */
const inUse = new Set<string>();

/** A path that nothing has, for a short time: until `release` is called, or this process ends. */
export function temporaryName(directory: string, kind: Kind): { path: string; release(): void } {
  const path = join(directory, `.${kind}-${owner}.${randomBytes(6).toString("hex")}`);
  inUse.add(path);
  return { path, release: () => void inUse.delete(path) };
}

/** The paths of the files of this kind whose makers may still run; without what belongs to one. */
export async function inUseOf(directory: string, kind: Kind): Promise<string[]> {
  const paths: string[] = [];
  for (const name of await readdir(directory)) {
    const [, , found, by = "", end] = pattern.exec(name) ?? [];
    const path = join(directory, name);
    if (found === kind && end === undefined && (inUse.has(path) || isAlive(by) !== false)) paths.push(path);
  }
  return paths;
}

/** Removes what processes that are gone have left in the folder. */
export async function removeLeft(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, main = "", , by] = pattern.exec(name) ?? [];
    const path = join(directory, name);
    if (by === undefined || inUse.has(join(directory, main))) continue;
    const isUsed = isAlive(by) ?? (await isYoung(path));
    if (!isUsed) await rm(path, { recursive: true, force: true });
  }
}

async function isYoung(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < longestElsewhere,
    () => true,
  );
}
