// Releases before they are there: folders that nobody takes for a release, filled, flushed, and renamed as a whole. Used by
// release-store.ts.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renameDurably, syncFile, syncFolder } from "./durable.js";
import { temporaryName } from "./left-behind.js";
import { fingerprint, type Manifest, names } from "./manifest.js";

export class Draft {
  readonly folder: string;
  readonly #release: () => void;

  private constructor(folder: string, release: () => void) {
    this.folder = folder;
    this.#release = release;
  }

  static async begin(directory: string): Promise<Draft> {
    const { path, release } = temporaryName(directory, "draft");
    await mkdir(path);
    return new Draft(path, release);
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
    this.#release();
    return manifest;
  }

  /** Leaves nothing. */
  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    this.#release();
  }
}
