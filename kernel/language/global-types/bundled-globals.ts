// Where the bundled declarations of globals are, and whether they are those of the packages that are installed. Used by
// compiler-project.ts through kernel-paths.ts; without a bundle the packages' own declarations serve, which are slower.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a compiler's configuration says about globals. */
export interface GlobalTypes {
  /** For `lib`. */
  lib: string[];
  /** Folders for `typeRoots`; the first that holds `node` counts. */
  typeRoots: string[];
  /** For `paths`. */
  paths: Record<string, string[]>;
}

/** dist/kernel/language/global-types/bundle: a folder of types, with `node` in it. */
export const bundleFolder = fileURLToPath(new URL("bundle", import.meta.url));
/** Beside the bundle: the versions that it was made from. */
export const versionsFile = join(bundleFolder, "versions.json");

export function nodeTypesFolder(): string {
  return dirname(createRequire(import.meta.url).resolve("@types/node/package.json"));
}

/** `typescript 7.0.2` and `@types/node 24.0.0`. */
export function globalVersions(): string[] {
  const require = createRequire(import.meta.url);
  return ["typescript", "@types/node"].map((name) => {
    const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")) as {
      version: string;
    };
    return `${name} ${version}`;
  });
}

export function globalTypes(): GlobalTypes {
  const node = nodeTypesFolder();
  const own = dirname(node);
  const isCurrent = existsSync(versionsFile) && readFileSync(versionsFile, "utf8") === JSON.stringify(globalVersions());
  return isCurrent
    ? { lib: [], typeRoots: [bundleFolder, own], paths: undiciTypes(node) }
    : { lib: ["esnext"], typeRoots: [own], paths: {} };
}

/** @types/node builds on it, and the bundle lies elsewhere. */
function undiciTypes(node: string): Record<string, string[]> {
  try {
    return { "undici-types": [dirname(createRequire(join(node, "index.d.ts")).resolve("undici-types/package.json"))] };
  } catch {
    return {};
  }
}
