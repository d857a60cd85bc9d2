// What a trial's module may import and be: "cellgrad" and TensorFlow.js mean the copies of the library that runs the search, wherever the
// module is, and TypeScript is understood by every Node.js. Hooks of the trial's thread; before Node.js 22.15 they are a thread of their own.
import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { fileURLToPath } from "node:url";

interface Resolved {
  url: string;
  shortCircuit?: boolean;
}

interface Loaded {
  format: string;
  source: string;
  shortCircuit?: boolean;
}

type Resolve = <Context, Next>(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Next,
) => Next | Resolved;

type Load = <Context, Next>(
  url: string,
  context: Context,
  next: (url: string, context: Context) => Next,
) => Next | Loaded;

/** Of Node.js from 22.15. */
interface HookedModule {
  registerHooks?(hooks: { resolve: Resolve; load: Load }): void;
}

/** What "cellgrad" means. */
export const library = new URL("../index.js", import.meta.url).href;

/** For this thread, once. */
export function hookImports(): void {
  const hooked = Module as HookedModule;
  if (hooked.registerHooks) hooked.registerHooks({ resolve, load });
  else Module.register(import.meta.url);
}

export const resolve: Resolve = (specifier, context, next) => {
  if (specifier === "cellgrad") return { url: library, shortCircuit: true };
  // As if the library had asked.
  if (/^@tensorflow\/tfjs(?:$|[-/])/.test(specifier))
    return next(specifier, { ...context, parentURL: import.meta.url });
  return next(specifier, context);
};

export const load: Load = (url, context, next) => {
  if (!/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const { transformSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const file = fileURLToPath(url);
  const { code } = transformSync(readFileSync(file, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "es2023",
    sourcefile: file,
    sourcemap: "inline",
  });
  return { format: "module", source: code, shortCircuit: true };
};
