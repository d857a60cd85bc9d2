// Changes of a folder that stay when the machine stops in the next moment: what was renamed is flushed with the folder that names it.
// Used by everything in lib/deploy that writes.
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeFileAtomically } from "../engine/atomic-file.js";

/** Replaces a file; who reads sees the old content or the new one. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  await patiently(() => writeFileAtomically(file, content));
  await syncFolder(dirname(file));
}

/** Moves a file or a folder to a name that nothing has. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await patiently(() => rename(from, to));
  await syncFolder(dirname(to));
}

/** Flushes a file's content. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Flushes which names a folder has. Windows opens no folders, and writes its journal itself. */
export async function syncFolder(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems flush no folders.
    if (!["EINVAL", "ENOTSUP"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

/** On Windows, who has a file open for a moment (a reader, a virus scanner) keeps it from being renamed. */
async function patiently(change: () => Promise<void>): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      return await change();
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (process.platform !== "win32" || wait > 1000 || !["EPERM", "EACCES", "EBUSY"].includes(code)) throw error;
      await sleep(wait);
    }
  }
}
