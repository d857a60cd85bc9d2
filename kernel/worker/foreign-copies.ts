// Other copies of the kernel's own packages in the notebook's folder, for Node.js before 22.15. There no hook hears of what an
// ES module imports that is loaded by `require`; but Node takes what it has loaded under that URL before. So each copy is
// imported once, and foreign-copy-hooks.ts makes it stand for the kernel's own. Used by main.ts.
import { readdirSync, realpathSync, statSync } from "node:fs";
import { Module } from "node:module";
import { dirname, join, sep } from "node:path";
import { copySpecifier } from "./foreign-copy-hooks.js";
import { macrotask } from "./macrotask.js";
import { ownCopy } from "./own-packages.js";

export interface ForeignCopiesParts {
  /** Has the hooks heard. */
  hookImports(): void;
  /** Calls back when the kernel's own copies are loaded. */
  whenOwnLoaded(ready: () => void): void;
}

export class ForeignCopies {
  /** The notebook's folder, and those above it. */
  readonly #folders: string[] = [];
  /** When what is in them changed. */
  readonly #stamps = new Map<string, string>();
  /** Copies that were looked at. */
  readonly #seen = new Set<string>();
  #replacing: Promise<void> | undefined;

  constructor(
    directory: string,
    readonly parts: ForeignCopiesParts,
  ) {
    if ("registerHooks" in Module) return;
    let folder = directory;
    for (let below = ""; folder !== below; folder = dirname(folder)) {
      this.#folders.push(folder);
      below = folder;
    }
  }

  /** Calls `ready` when each copy that there is now stands for the kernel's own; at once where there is none. */
  whenReplaced(ready: () => void): void {
    const found = this.#folders.flatMap((folder) => this.#foreign(folder).map((name) => copySpecifier(name, folder)));
    if (found.length > 0) {
      const before = this.#replacing;
      // In a turn that is no cell's, so that Stop does not break it off.
      const replacing = new Promise<void>((done) => {
        macrotask(() => void this.#replace(found, before).then(done));
      }).then(() => {
        if (this.#replacing === replacing) this.#replacing = undefined;
      });
      this.#replacing = replacing;
    }
    if (this.#replacing) void this.#replacing.then(ready);
    else ready();
  }

  async #replace(specifiers: string[], before: Promise<void> | undefined): Promise<void> {
    await before;
    await new Promise<void>((loaded) => this.parts.whenOwnLoaded(loaded));
    this.parts.hookImports();
    // One that can't be imported, such as half a package, can't be mistaken for the kernel's own either.
    await Promise.allSettled(specifiers.map((specifier) => import(specifier)));
  }

  /** The packages in a folder's node_modules that have come, and are others than the kernel's own. */
  #foreign(folder: string): string[] {
    const packages = join(folder, "node_modules");
    const scope = join(packages, "@tensorflow");
    // This is asked before each cell; what came or went has changed the folder that it is in.
    const stamp = `${changed(packages)} ${changed(scope)}`;
    if (this.#stamps.get(folder) === stamp) return [];
    this.#stamps.set(folder, stamp);
    const scoped = entries(scope).map((name) => `@tensorflow/${name}`);
    return ["cellgrad", "tslab", ...scoped].filter((name) => {
      const path = join(packages, name);
      if (this.#seen.has(path)) return false;
      const [own, real] = [ownCopy(name), realPath(path)];
      if (own === undefined || real === undefined) return false;
      this.#seen.add(path);
      return !own.startsWith(real + sep);
    });
  }
}

function changed(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Undefined where there is nothing. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
