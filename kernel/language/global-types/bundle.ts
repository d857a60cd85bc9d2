// The declarations of JavaScript's own library and of Node.js as one file. The checker builds its table of globals anew for
// every cell: out of 150 files, which add to each other's interfaces, that takes 0.6 ms more than out of one. Called by write.ts.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface GlobalSources {
  /** The folder of lib.esnext.d.ts. */
  library: string;
  /** The folder of @types/node. */
  node: string;
}

/** @returns text by file name; index.d.ts is the one that refers to the others. */
export function bundleGlobals(sources: GlobalSources): Map<string, string> {
  return new Bundle(sources).read();
}

class Bundle {
  private readonly seen = new Set<string>();
  private readonly texts: string[] = [];
  /** Files that are modules, whose names would become global in the bundle: they stay files of their own. */
  private readonly modules = new Map<string, string>();

  constructor(private readonly sources: GlobalSources) {}

  read(): Map<string, string> {
    this.addLibrary("esnext");
    this.add(join(this.sources.node, "index.d.ts"));
    const references = [...this.modules.keys()].map((name) => `/// <reference path="${name}" />`);
    return new Map([["index.d.ts", `${[...references, ...this.texts].join("\n")}\n`], ...this.modules]);
  }

  /** @types/node also names parts that only older compilers have. */
  private addLibrary(name: string): void {
    const file = join(this.sources.library, `lib.${name}.d.ts`);
    if (existsSync(file)) this.add(file);
  }

  /** What a file builds on comes before it. */
  private add(file: string): void {
    if (this.seen.has(file)) return;
    this.seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [line, kind, name = ""] of text.matchAll(reference)) {
      if (kind === "lib") this.addLibrary(name);
      else if (kind === "path") this.add(join(dirname(file), name));
      else throw new Error(`invalid declarations; expected references to lib or path in ${file}: ${line}`);
    }
    const own = text.replace(reference, "");
    if (!/^(import|export)\b/m.test(own)) this.texts.push(own);
    else if (/\bfrom "\.|\bimport\("\./.test(own) || this.modules.has(basename(file)))
      throw new Error(`invalid declarations; expected a module that can be moved: ${file}`);
    else this.modules.set(basename(file), own);
  }
}

const reference = /^[ \t]*\/\/\/ <reference (\w+)="([^"]+)"[^>]*>.*$/gm;
