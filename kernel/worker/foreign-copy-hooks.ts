// Hooks of Node.js before 22.15, in a thread of their own: what another copy of one of the kernel's own packages is loaded as.
// Registered by local-require.ts; foreign-copies.ts asks for the copies.
import { pathToFileURL } from "node:url";
import { ownCopy } from "./own-packages.js";

interface ResolveContext {
  parentURL?: string | undefined;
}

interface Loaded {
  format: string;
  source: string;
  shortCircuit: true;
}

const scheme = "cellgrad-copy:";
/** URLs of the kernel's own files by those of the others. */
const replaced = new Map<string, string>();

/** What is imported to have the copy of a package replaced that files of a folder find. */
export function copySpecifier(name: string, folder: string): string {
  return `${scheme}${name}?${pathToFileURL(folder).href}/`;
}

export async function resolve<Context extends ResolveContext>(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Promise<{ url: string }>,
): Promise<{ url: string; shortCircuit?: boolean }> {
  if (!specifier.startsWith(scheme)) return next(specifier, context);
  const [name = "", parentURL] = specifier.slice(scheme.length).split("?", 2);
  const { url } = await next(name, { ...context, parentURL });
  const own = ownCopy(name);
  if (own !== undefined) replaced.set(url, pathToFileURL(own).href);
  return { url, shortCircuit: true };
}

export function load<Context, Next>(
  url: string,
  context: Context,
  next: (url: string, context: Context) => Next,
): Next | Loaded {
  const own = JSON.stringify(replaced.get(url));
  if (own === undefined) return next(url, context);
  const source = `import * as own from ${own}; export * from ${own}; export default own.default;`;
  return { format: "module", source, shortCircuit: true };
}
