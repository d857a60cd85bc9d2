// The packages that the kernel itself is made of: wherever they are required or imported from, its own copy is meant, so
// that there is one TensorFlow.js and one library. Used by local-require.ts and by own-package-hooks.ts.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
/** The library of cells: dist/kernel/worker → dist/lib. The kernel knows it by this path alone. */
export const library = fileURLToPath(new URL("../../lib/index.js", import.meta.url));
/** Some TensorFlow.js packages are dependencies of others only. */
let viaTensorFlow: NodeJS.Require | undefined;
const known = new Map<string, string | undefined>();

/** The file of the kernel's own copy; undefined where the specifier means what the importer's folder has. */
export function ownCopy(specifier: string): string | undefined {
  if (specifier === "cellgrad") return library;
  if (specifier !== "tslab" && !specifier.startsWith("@tensorflow/tfjs")) return undefined;
  if (!known.has(specifier)) {
    // Known before it is looked for: looking comes back here.
    known.set(specifier, undefined);
    known.set(specifier, find(specifier));
  }
  return known.get(specifier);
}

function find(specifier: string): string | undefined {
  viaTensorFlow ??= createRequire(require.resolve("@tensorflow/tfjs/package.json"));
  for (const resolver of [require, viaTensorFlow]) {
    try {
      return resolver.resolve(specifier);
    } catch {
      // Not a package of the kernel's.
    }
  }
  return undefined;
}
