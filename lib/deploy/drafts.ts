// Releases before they are there: folders that nobody takes for a release, filled, flushed, and renamed as a whole. What killed processes
// left of them is removed by the next one. Used by release-store.ts.
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renameDurably, syncFile, syncFolder } from "./durable.js";
import { fingerprint, type Manifest, names } from "./manifest.js";
import { isAlive, owner } from "./owner.js";

/** Milliseconds after which what another machine has begun counts as left behind. */
const longestDraft = 24 * 3600 * 1000;
const prefix = ".draft-";

/** The folders that this thread fills now. */
const open = new Set<string>();

export class Draft {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async begin(directory: string): Promise<Draft> {
    const folder = join(directory, `${prefix}${owner}.${randomBytes(6).toString("hex")}`);
    open.add(folder);
    await mkdir(folder);
    return new Draft(folder);
  }

  /**
   * Makes it a release: from the rename on, all of it is there.
   * @param target where no folder is
   * @throws when there is one; then the draft is as it was
   */
  async publish(target: string, about: Omit<Manifest, "format" | "files">): Promise<Manifest> {
    const files: Record<string, { bytes: number; sha256: string }> = {};
    for (const name of (await readdir(this.folder)).filter((each) => each !== names.manifest).sort()) {
      const file = join(this.folder, name);
      await syncFile(file);
      files[name] = await fingerprint(file);
    }
    const manifest: Manifest = { format: 1, ...about, files };
    const file = join(this.folder, names.manifest);
    await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
    await syncFile(file);
    await syncFolder(this.folder);
    await renameDurably(this.folder, target);
    open.delete(this.folder);
    return manifest;
  }

  /** Leaves nothing. */
  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    open.delete(this.folder);
  }
}

/** Removes what processes that are gone have left, and says how many drafts that were. */
export async function removeLeftDrafts(directory: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(directory)) {
    const folder = join(directory, name);
    if (!name.startsWith(prefix) || open.has(folder)) continue;
    const by = name.slice(prefix.length).split(".", 1)[0] ?? "";
    const isLeft =
      isAlive(by) ??
      (await stat(folder).then(
        ({ mtimeMs }) => Date.now() - mtimeMs < longestDraft,
        () => true,
      ));
    if (isLeft) continue;
    await rm(folder, { recursive: true, force: true });
    count++;
  }
  return count;
}
