// Where the kernel's own copies of packages are: `tf`, `ml` and the notebook's globals must mean the same modules in the
// type checker, in imports that cells write, and in the worker.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface KernelPaths {
  /** The folder that holds @types/node. */
  typeRoot: string;
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

export function kernelPaths(): KernelPaths {
  const require = createRequire(import.meta.url);
  // dist/kernel/language → dist
  const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  const mapped: Record<string, string[]> = {
    cellgrad: [join(dist, "lib", "index.d.ts")],
    "cellgrad/notebook": [join(dist, "kernel", "worker", "globals.d.ts")],
    tslab: [join(dirname(require.resolve("tslab/package.json")), "dist", "public.d.ts")],
  };
  // Each is resolved from the package that depends on it, wherever npm placed it.
  const resolveFrom = createRequire(require.resolve("@tensorflow/tfjs/package.json"));
  for (const name of tensorFlowPackages) {
    const specifier = `@tensorflow/${name}`;
    for (const resolver of [require, resolveFrom]) {
      try {
        mapped[specifier] = [dirname(resolver.resolve(`${specifier}/package.json`))];
        break;
      } catch {
        // Not installed: the specifier then means what the notebook's folder has.
      }
    }
  }
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
  const typeRoot = dirname(dirname(require.resolve("@types/node/package.json")));
  return { typeRoot, mapped, own };
}
