// Which release is live: one small file beside the releases, replaced as a whole. No symbolic link, since Windows lets few people make one.
// Read by servers that follow it, moved by promote.ts.
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { invalid } from "../engine/invalid.js";
import { locked } from "./directory-lock.js";
import { writeDurably } from "./durable.js";
import { removeLeft } from "./left-behind.js";

export const pointerName = "current";

/** The content of the file `current`. */
export interface Pointer {
  /** The version that is live. */
  readonly version: string;
  /** Since when: ISO 8601, in UTC. */
  readonly since: string;
  /** The versions before it, the newest last: where rollbacks go. */
  readonly previous: readonly string[];
}

/** Rollbacks go no further. */
const mostPrevious = 100;

/** Undefined where nothing was promoted yet. @throws when the file is no pointer */
export async function readPointer(directory: string): Promise<Pointer | undefined> {
  const text = await readFile(join(directory, pointerName), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw invalid("directory", `a folder whose file ${pointerName} can be read`, directory, error);
  });
  if (text === undefined) return undefined;
  try {
    const { version, since, previous } = JSON.parse(text) as Pointer;
    if (typeof version === "string" && typeof since === "string" && Array.isArray(previous))
      return { version, since, previous };
  } catch {
    // Told below.
  }
  throw invalid("directory", `a folder whose file ${pointerName} says a version`, text);
}

/** What moves the pointer: from what is live to what is to be, or undefined where it is to stay. */
export type PointerMove = (live: Pointer | undefined) => Promise<Omit<Pointer, "since"> | undefined>;

/** @returns what was live before and what is now; once it returns, the change stays whatever happens */
export function movePointer(
  directory: string,
  move: PointerMove,
): Promise<{ readonly before: Pointer | undefined; readonly after: Pointer | undefined }> {
  return locked(directory, async () => {
    // Nobody writes now: what looks like being written is what a killed process has left.
    for (const name of await readdir(directory))
      if (name.startsWith(`.${pointerName}.`) && name.endsWith(".tmp"))
        await rm(join(directory, name), { force: true });
    await removeLeft(directory);
    const before = await readPointer(directory);
    const next = await move(before);
    if (next === undefined) return { before, after: before };
    const previous = next.previous.slice(-mostPrevious);
    const after: Pointer = { version: next.version, since: new Date().toISOString(), previous };
    await writePointer(directory, after);
    return { before, after };
  });
}

/** For who holds the folder's lock. */
export async function writePointer(directory: string, pointer: Pointer): Promise<void> {
  await writeDurably(join(directory, pointerName), `${JSON.stringify(pointer, null, 2)}\n`);
}
