// A folder of releases: one folder a version, the pointer to what is live, and what is in the making. Opened by everything in lib/deploy.
import { mkdir, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkText, invalid } from "../engine/invalid.js";
import { locked } from "./directory-lock.js";
import { Draft } from "./drafts.js";
import { removeLeft } from "./left-behind.js";
import { pointerName, readPointer } from "./live-pointer.js";
import { type Manifest, type Release, readRelease } from "./manifest.js";

/** Names that every file system takes, and that stay what they are in a URL, a shell and YAML. */
const versionPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?$/;
/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** @throws unless it can be the name of a release */
export function checkVersion(version: unknown): asserts version is string {
  if (
    typeof version !== "string" ||
    !versionPattern.test(version) ||
    reserved.test(version) ||
    version.toLowerCase() === pointerName
  )
    throw invalid("version", 'up to 64 letters, digits, ".", "_" and "-", as v1', version);
}

export class ReleaseStore {
  /** Absolute. */
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Makes the folder where it is not there, and removes what killed processes left in it. */
  static async open(directory: string): Promise<ReleaseStore> {
    checkText("directory", directory, "the path of a folder of releases");
    const store = new ReleaseStore(resolve(directory));
    await mkdir(store.directory, { recursive: true }).catch((error: Error) => {
      throw invalid("directory", "a folder that can be made", directory, error);
    });
    await removeLeft(store.directory);
    return store;
  }

  /** One that is to be read. @throws when the folder is not there */
  static async existing(directory: string): Promise<ReleaseStore> {
    checkText("directory", directory, "the path of a folder of releases");
    const isFolder = await stat(directory).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (!isFolder) throw invalid("directory", "a folder of releases that is there", directory);
    return new ReleaseStore(resolve(directory));
  }

  /** The folders that may be releases, in the order of their numbers. */
  async versions(): Promise<string[]> {
    const entries = await readdir(this.directory, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() && versionPattern.test(entry.name));
    const order = new Intl.Collator("en", { numeric: true });
    return folders.map(({ name }) => name).sort(order.compare);
  }

  /** @throws when there is no such release */
  release(version: string): Promise<Release> {
    checkVersion(version);
    return readRelease(join(this.directory, version), version);
  }

  /** The release that is live; undefined where there is none yet. */
  async live(): Promise<Release | undefined> {
    const pointer = await readPointer(this.directory);
    return pointer && this.release(pointer.version);
  }

  draft(): Promise<Draft> {
    return Draft.begin(this.directory);
  }

  /**
   * @param version by default the next of v1, v2, …
   * @throws when there is a release of that version already
   */
  publish(
    draft: Draft,
    version: string | undefined,
    about: Omit<Manifest, "format" | "files" | "version">,
  ): Promise<Release> {
    return locked(this.directory, async () => {
      const name = version ?? (await this.#nextVersion());
      await this.checkFree(name);
      const target = join(this.directory, name);
      await draft.publish(target, { ...about, version: name });
      return readRelease(target, name);
    });
  }

  /** @throws when there is a release of that version */
  async checkFree(version: string): Promise<void> {
    checkVersion(version);
    // Windows and macOS take V1 for v1.
    const taken = (await readdir(this.directory)).find((name) => name.toLowerCase() === version.toLowerCase());
    if (taken !== undefined) throw invalid("version", `one that is not in ${this.directory} yet`, version);
  }

  async #nextVersion(): Promise<string> {
    const numbers = (await readdir(this.directory)).map((name) => Number(/^v(\d{1,9})$/i.exec(name)?.[1] ?? 0));
    return `v${Math.max(0, ...numbers) + 1}`;
  }
}
