// Writes a file so that a reader sees the old content or the new one, never a part of it: beside it first, flushed, then renamed.
// Used by everything that writes a file which others rely on.
import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** @throws what the file system throws; then nothing new is there */
export async function writeFileAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const target = resolve(file);
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Fills a folder beside `directory`, and puts it in its place when `fill` is done: the old folder or the new one is there, never a mixture.
 * @param fill writes into the folder that it is given
 * @throws what `fill` throws; then the old folder is there
 */
export async function writeFolderAtomically(directory: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const target = resolve(directory);
  await mkdir(dirname(target), { recursive: true });
  const name = `.${basename(target)}.${randomBytes(6).toString("hex")}`;
  const temporary = join(dirname(target), `${name}.tmp`);
  const old = join(dirname(target), `${name}.old`);
  try {
    await mkdir(temporary);
    await fill(temporary);
    const replaced = await rename(target, old).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return false;
        throw error;
      },
    );
    try {
      await rename(temporary, target);
    } catch (error) {
      if (replaced) await rename(old, target);
      throw error;
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}
