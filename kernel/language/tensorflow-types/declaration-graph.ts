// All .d.ts files that some entry points reach, and which declaration each of their exports means in the end. Used by
// bundle.ts.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DeclarationFile, type Elsewhere } from "./declaration-file.js";

/** A declaration, or (without a name) a module as a whole. */
export interface Target {
  file: DeclarationFile;
  name: string | undefined;
}

interface Manifest {
  types?: string;
  typings?: string;
}

export class DeclarationGraph {
  private readonly byPath = new Map<string, DeclarationFile>();

  /** @param packages folder by name. Modules of other packages can't be reached. */
  constructor(private readonly packages: ReadonlyMap<string, string>) {}

  get files(): DeclarationFile[] {
    return [...this.byPath.values()];
  }

  /** The file that declares what a package exports, with everything that it reaches. */
  entry(packageName: string): DeclarationFile {
    return this.load(this.pathOf(packageName, ""));
  }

  /** The module that `specifier` means in `from`. */
  module(from: DeclarationFile, specifier: string): DeclarationFile {
    return this.load(this.pathOf(specifier, from.path));
  }

  /** What a module exports under a name; undefined where it doesn't, or as `default`. */
  find(file: DeclarationFile, name: string, seen = new Set<DeclarationFile>()): Target | undefined {
    if (seen.has(file)) return undefined;
    seen.add(file);
    const own = file.exports.get(name);
    if (typeof own === "string") {
      const imported = file.locals.has(own) ? undefined : file.imports.get(own);
      return imported ? this.follow(file, imported) : { file, name: own };
    }
    if (own) return this.follow(file, own);
    for (const star of file.stars) {
      const found = this.find(this.module(file, star), name, seen);
      if (found) return found;
    }
    return undefined;
  }

  /** What an import or a re-export of `from` means. */
  follow(from: DeclarationFile, { specifier, name }: Elsewhere): Target | undefined {
    const file = this.module(from, specifier);
    return name === undefined ? { file, name } : this.find(file, name);
  }

  /** All names that a module exports. */
  exportedNames(file: DeclarationFile, seen = new Set<DeclarationFile>()): Set<string> {
    if (seen.has(file)) return new Set();
    seen.add(file);
    const names = new Set(file.exports.keys());
    for (const star of file.stars) {
      for (const name of this.exportedNames(this.module(file, star), seen)) names.add(name);
    }
    names.delete("default");
    return names;
  }

  private load(path: string): DeclarationFile {
    const known = this.byPath.get(path);
    if (known) return known;
    const file = new DeclarationFile(path, `$m${this.byPath.size}`, readFileSync(path, "utf8"));
    this.byPath.set(path, file);
    for (const specifier of file.specifiers) this.module(file, specifier);
    return file;
  }

  private pathOf(specifier: string, from: string): string {
    const found = specifier.startsWith(".")
      ? declarationsAt(join(dirname(from), specifier))
      : this.pathInPackage(specifier);
    if (found === undefined) throw new Error(`no declarations of ${specifier}, which ${from || "the bundle"} needs`);
    return found;
  }

  private pathInPackage(specifier: string): string | undefined {
    const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
    const folder = this.packages.get(name);
    if (folder === undefined) return undefined;
    if (specifier !== name) return declarationsAt(join(folder, specifier.slice(name.length)));
    const manifest = join(folder, "package.json");
    const { types, typings } = (existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {}) as Manifest;
    return join(folder, types ?? typings ?? "index.d.ts");
  }
}

/** ES modules are named with their extension. */
function declarationsAt(path: string): string | undefined {
  return [`${path}.d.ts`, join(path, "index.d.ts"), path.replace(/\.js$/, ".d.ts")].find((file) => existsSync(file));
}
