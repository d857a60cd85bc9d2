// `require` as cells and local files see it: from the notebook's folder, except that the packages that the kernel itself is
// made of mean its own copy everywhere, so that there is one TensorFlow.js and one library.
import { createRequire, Module } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface ModuleInternals {
  _resolveFilename(request: string, parent: unknown, ...rest: unknown[]): string;
}

const kernelRequire = createRequire(import.meta.url);
// dist/kernel/worker → dist
const library = fileURLToPath(new URL("../../lib/index.js", import.meta.url));

export class LocalRequire {
  readonly fromNotebook: NodeJS.Require;
  /** Some TensorFlow.js packages are dependencies of others only. */
  readonly #viaTensorFlow = createRequire(kernelRequire.resolve("@tensorflow/tfjs/package.json"));
  readonly #own = new Map<string, string | undefined>();

  constructor(directory: string) {
    this.fromNotebook = createRequire(join(directory, "notebook.js"));
  }

  /** For everything that requires, packages of the notebook's folder included. */
  install(): void {
    const internals = Module as unknown as ModuleInternals;
    const resolve = internals._resolveFilename;
    internals._resolveFilename = (request, parent, ...rest) =>
      this.#ownCopy(request) ?? Reflect.apply(resolve, Module, [request, parent, ...rest]);
  }

  /** @param from a folder. */
  resolve(specifier: string, from: string): string {
    return createRequire(join(from, "module.js")).resolve(specifier);
  }

  /** Loads a CommonJS file; anew, if `again`. */
  load(path: string, again: boolean): unknown {
    if (again) delete kernelRequire.cache[path];
    return createRequire(path)(path);
  }

  /** What the CommonJS module at this path exports; undefined if there is none. */
  loaded(path: string): { exports: unknown } | undefined {
    return kernelRequire.cache[path];
  }

  #ownCopy(request: string): string | undefined {
    if (request === "cellgrad") return library;
    if (request !== "tslab" && !request.startsWith("@tensorflow/tfjs")) return undefined;
    if (!this.#own.has(request)) this.#own.set(request, this.#findOwnCopy(request));
    return this.#own.get(request);
  }

  #findOwnCopy(request: string): string | undefined {
    // Known before it is looked for: looking comes back here.
    this.#own.set(request, undefined);
    for (const require of [kernelRequire, this.#viaTensorFlow]) {
      try {
        return require.resolve(request);
      } catch {
        // Not a package of the kernel's: what the notebook's folder has is meant.
      }
    }
    return undefined;
  }
}
