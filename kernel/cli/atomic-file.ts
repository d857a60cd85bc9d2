// Writes a file so that a reader sees the old content or the new one, never a part: a temporary file beside it, flushed,
// then renamed. Used for kernelspecs and for notebooks that `run` saves.
import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

export async function writeFileAtomically(file: string, content: string | Uint8Array): Promise<void> {
  // A link stays a link: its target is replaced.
  const target = await realpath(file).catch(() => path.resolve(file));
  const mode = await stat(target).then(
    (stats) => stats.mode & 0o777,
    () => 0o666,
  );
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const handle = await open(temporary, "wx", mode);
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
