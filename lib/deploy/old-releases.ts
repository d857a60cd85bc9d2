// Old releases, which a pipeline with `keep` removes once its own is live. Nothing that somebody may still want goes: not what is live, not what a
// rollback goes to, not what was made after the live one. Called by pipeline.ts.
import { rm } from "node:fs/promises";
import { locked } from "./directory-lock.js";
import { renameDurably } from "./durable.js";
import { temporaryName } from "./left-behind.js";
import { readPointer, writePointer } from "./live-pointer.js";
import type { Release } from "./manifest.js";
import type { ReleaseStore } from "./release-store.js";

export interface Removal {
  /** The versions that are gone. */
  readonly removed: readonly string[];
  /** Why one could not be removed. */
  readonly failures: readonly string[];
}

/**
 * Removes releases that are older than the live one, the oldest first, until `keep` are left. Folders without a manifest are not its business.
 * @param keep how many releases stay at least, the live one and the one before it among them
 */
export function removeOld(store: ReleaseStore, keep: number): Promise<Removal> {
  // Under the lock, so that nobody promotes what is being removed.
  return locked(store.directory, async () => {
    const pointer = await readPointer(store.directory);
    const versions = await store.versions();
    const all = (await Promise.all(versions.map((version) => store.release(version).catch(() => undefined)))).filter(
      (release) => release !== undefined,
    );
    const live = all.find(({ version }) => version === pointer?.version);
    if (pointer === undefined || live === undefined) return { removed: [], failures: [] };
    const back = pointer.previous.filter((version) => all.some((release) => release.version === version)).at(-1);
    const old = all
      .filter((release) => age(release) < age(live) && release.version !== back && release !== live)
      .sort((a, b) => age(a) - age(b));
    const leaving = old.slice(0, Math.max(0, all.length - keep));
    const removed: string[] = [];
    const failures: string[] = [];
    for (const { folder, version } of leaving) {
      // Under a name that is no release's: whoever is killed now leaves nothing that looks like one.
      const { path, release } = temporaryName(store.directory, "draft");
      try {
        await renameDurably(folder, path);
        removed.push(version);
        await rm(path, { recursive: true, force: true });
      } catch (error) {
        failures.push(`${version}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        release();
      }
    }
    const previous = pointer.previous.filter((version) => !removed.includes(version));
    if (previous.length < pointer.previous.length) await writePointer(store.directory, { ...pointer, previous });
    return { removed, failures };
  });
}

function age({ manifest }: Release): number {
  return Date.parse(manifest.created);
}
