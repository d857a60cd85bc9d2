// Which versions of packages the worker has loaded, and what to tell when npm has put others in their place: Node can't load
// an ES module anew, and a package half new is worse than an old one. Used by %npm.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

interface Package {
  name: string;
  version: string;
}

/** By folder; without those that have no version. */
export async function versions(folders: Iterable<string>): Promise<Map<string, Package>> {
  const found = await Promise.all([...folders].map(async (folder) => [folder, await packageAt(folder)] as const));
  return new Map(found.flatMap(([folder, manifest]) => (manifest ? [[folder, manifest] as const] : [])));
}

/** A line for each package that was loaded and now has another version; empty if there is none. */
export async function changes(loaded: ReadonlyMap<string, Package>): Promise<string> {
  const now = await versions(loaded.keys());
  const lines = [...now].flatMap(([folder, { name, version }]) => {
    const old = loaded.get(folder)?.version;
    if (old === undefined || old === version) return [];
    return `${name} ${version} is installed, but ${old} is loaded: restart the kernel to use ${version}. Types are those of ${version} already.\n`;
  });
  return lines.join("");
}

async function packageAt(folder: string): Promise<Package | undefined> {
  try {
    const { name, version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Partial<Package>;
    return name === undefined || version === undefined ? undefined : { name, version };
  } catch {
    return undefined;
  }
}
