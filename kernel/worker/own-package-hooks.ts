// What `import` in packages of the notebook's folder finds for the kernel's own packages. Node.js before 22.15 knows hooks
// only as a module of another thread: this one, which local-require.ts registers there.
import { pathToFileURL } from "node:url";
import { ownCopy } from "./own-packages.js";

interface Resolved {
  url: string;
  shortCircuit?: boolean;
}

export function resolve<Context, Next>(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Next,
): Next | Resolved {
  const own = ownCopy(specifier);
  return own === undefined ? next(specifier, context) : { url: pathToFileURL(own).href, shortCircuit: true };
}
