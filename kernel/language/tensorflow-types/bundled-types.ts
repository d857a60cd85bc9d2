// Where the bundled declarations of TensorFlow.js and of the library are, and whether they are those of the packages that are
// installed. Used by kernel-paths.ts; without a bundle their own declarations serve, which are slower.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** dist/kernel/language/tensorflow-types/bundle */
export const bundleFolder = fileURLToPath(new URL("bundle", import.meta.url));

/** What the library is called in an import. */
export const libraryName = "cellgrad";
/** dist/lib */
export const libraryFolder = fileURLToPath(new URL("../../../lib", import.meta.url));

/** `@tensorflow/tfjs 4.22.0` for each package. */
export function bundleVersions(folders: ReadonlyMap<string, string>): string[] {
  return [...folders].map(([name, folder]) => {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    return `${name} ${version}`;
  });
}

/** What a package is called in the bundle: its name without the scope. */
export function bundledName(packageName: string): string {
  return packageName.slice(packageName.indexOf("/") + 1);
}

/** The compiler's `paths` for the packages; empty where there is no bundle of these versions. */
export function bundledTypes(folders: ReadonlyMap<string, string>): Record<string, string[]> {
  const file = join(bundleFolder, "versions.json");
  if (!existsSync(file) || readFileSync(file, "utf8") !== JSON.stringify(bundleVersions(folders))) return {};
  const entry = (name: string) => [`${join(bundleFolder, bundledName(name))}.d.ts`];
  return Object.fromEntries([
    [libraryName, entry(libraryName)],
    ...[...folders].flatMap(([name, folder]) => [
      [name, entry(name)],
      [`${name}/*`, [join(bundleFolder, bundledName(name), "*"), join(folder, "*")]],
    ]),
  ]);
}
