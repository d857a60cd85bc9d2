// Where the kernel's own copies of packages are: `tf`, `ml` and the notebook's globals must mean the same modules in the
// type checker, in imports that cells write, and in the worker.
import { createRequire } from "node:module";
import { dirname, join, posix, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type GlobalTypes, globalTypes } from "./global-types/bundled-globals.js";
import { bundledTypes } from "./tensorflow-types/bundled-types.js";

export interface KernelPaths {
  /** The folder of the kernel's own compiled code, as the compiler spells paths. */
  dist: string;
  /** The declarations of JavaScript's library and of Node.js. */
  globals: GlobalTypes;
  /** For the compiler's `paths`. */
  mapped: Record<string, string[]>;
  /** The URL to load for a specifier that always means the kernel's own copy, or undefined. */
  own(specifier: string): string | undefined;
}

const tensorFlowPackages = [
  "tfjs",
  "tfjs-core",
  "tfjs-layers",
  "tfjs-converter",
  "tfjs-data",
  "tfjs-backend-cpu",
  "tfjs-backend-wasm",
  "tfjs-backend-webgl",
];

/** The folder of each of TensorFlow.js's packages: resolved from what depends on it, wherever npm placed it. */
export function tensorFlowFolders(): Map<string, string> {
  const require = createRequire(import.meta.url);
  const resolveFrom = createRequire(require.resolve("@tensorflow/tfjs/package.json"));
  const folders = new Map<string, string>();
  for (const name of tensorFlowPackages) {
    const specifier = `@tensorflow/${name}`;
    for (const resolver of [require, resolveFrom]) {
      try {
        folders.set(specifier, dirname(resolver.resolve(`${specifier}/package.json`)));
        break;
      } catch {
        // Not installed: the specifier then means what the notebook's folder has.
      }
    }
  }
  return folders;
}

export function kernelPaths(): KernelPaths {
  const require = createRequire(import.meta.url);
  // dist/kernel/language → dist
  const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  const mapped: Record<string, string[]> = {
    cellgrad: [join(dist, "lib", "index.d.ts")],
    "cellgrad/notebook": [join(dist, "kernel", "worker", "globals.d.ts")],
    tslab: [join(dirname(require.resolve("tslab/package.json")), "dist", "public.d.ts")],
  };
  const globals = globalTypes();
  Object.assign(mapped, globals.paths);
  const folders = tensorFlowFolders();
  for (const [name, folder] of folders) mapped[name] = [folder];
  Object.assign(mapped, bundledTypes(folders));
  const resolveFrom = createRequire(require.resolve("@tensorflow/tfjs/package.json"));
  const own = (specifier: string): string | undefined => {
    if (specifier === "cellgrad") return pathToFileURL(join(dist, "lib", "index.js")).href;
    if (specifier === "tslab") return pathToFileURL(require.resolve("tslab")).href;
    const match = /^@tensorflow\/[^/]+/.exec(specifier);
    if (!match || !mapped[match[0]]) return undefined;
    for (const resolver of [require, resolveFrom]) {
      try {
        return pathToFileURL(resolver.resolve(specifier)).href;
      } catch {
        // Tried with the other one.
      }
    }
    return undefined;
  };
  return { dist: dist.split(sep).join(posix.sep), globals, mapped, own };
}
