// `require` as cells and local files see it: from the notebook's folder, except that the packages that the kernel itself is
// made of mean its own copy everywhere, also where a package of the notebook's folder requires or imports them.
import { createRequire, Module } from "node:module";
import { isAbsolute, join } from "node:path";
import { uninterrupted } from "./critical.js";
import { resolve as resolveOwn } from "./own-package-hooks.js";
import { ownCopy } from "./own-packages.js";

interface ModuleInternals {
  _resolveFilename(request: string, parent: { filename?: string } | undefined, ...rest: unknown[]): string;
}

/** Of Node.js from 22.15. */
interface HookedModule {
  registerHooks?(hooks: { resolve: typeof resolveOwn }): void;
}

const kernelRequire = createRequire(import.meta.url);

export class LocalRequire {
  readonly fromNotebook: NodeJS.Require;
  readonly #notebook: string;
  #hooksImports = false;

  constructor(directory: string) {
    this.#notebook = join(directory, "notebook.js");
    this.fromNotebook = createRequire(this.#notebook);
  }

  /** For everything that requires, packages of the notebook's folder included. */
  install(): void {
    const internals = Module as unknown as ModuleInternals;
    const resolve = internals._resolveFilename;
    internals._resolveFilename = (request, parent, ...rest) => {
      const own = ownCopy(request);
      if (own !== undefined) return own;
      const path = Reflect.apply(resolve, Module, [request, parent, ...rest]) as string;
      // What a cell requires may be an ES module, or import one.
      if (parent?.filename === this.#notebook && isAbsolute(path)) this.hookImports();
      return path;
    };
  }

  /**
   * For everything that imports. Called before the first file of the notebook's is loaded, and no earlier: where Node.js
   * needs a thread for it, that takes 50 ms. (There, what an ES module imports is not seen where it is loaded by `require`:
   * foreign-copies.ts sees to that.)
   */
  hookImports(): void {
    if (this.#hooksImports) return;
    this.#hooksImports = true;
    const hooked = Module as HookedModule;
    uninterrupted(() => {
      if (hooked.registerHooks) hooked.registerHooks({ resolve: resolveOwn });
      else {
        // The later one hears first.
        for (const file of ["./foreign-copy-hooks.js", "./own-package-hooks.js"])
          Module.register(file, import.meta.url);
      }
    });
  }

  /** @param from a folder. */
  resolve(specifier: string, from: string): string {
    return createRequire(join(from, "module.js")).resolve(specifier);
  }

  /** Loads a CommonJS file; anew, if `again`. */
  load(path: string, again: boolean): unknown {
    this.hookImports();
    if (again) delete kernelRequire.cache[path];
    return createRequire(path)(path);
  }

  /** All files that `require` has loaded. */
  files(): string[] {
    return Object.keys(kernelRequire.cache);
  }

  /** What the CommonJS module at this path exports; undefined if there is none. */
  loaded(path: string): { exports: unknown } | undefined {
    return kernelRequire.cache[path];
  }
}
