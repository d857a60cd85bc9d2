// tslab's modules, loaded without what the kernel replaces: its TypeScript fork (38 MB, 170 ms) and its Jupyter server.
// `import * as tslab from "tslab"` gives tslab's own display functions, which show through ours.
import { createRequire, Module } from "node:module";
import vm from "node:vm";
import type { MimeBundle } from "../ipc/cell-messages.js";

/** tslab's executor, as far as it is used here. */
export interface TslabExecutor {
  execute(source: string): Promise<boolean>;
  interrupt(): void;
  locals: Record<string, unknown>;
}

export interface TslabCode {
  output: string;
  diagnostics: [];
  hasToplevelAwait: boolean;
  lastExpressionVar: string;
  declOutput: string;
}

export type CreateExecutor = (
  directory: string,
  converters: { node: { convert(): TslabCode }; browser: unknown; close(): void },
  console: { log(value: unknown): void; error(error: unknown): void },
) => TslabExecutor;

interface DisplayData {
  data: MimeBundle;
  metadata: Record<string, unknown>;
  transient: { display_id?: string };
}

const require = createRequire(import.meta.url);

/** @param show where tslab's displays go. */
export function loadTslab(show: (data: DisplayData, update: boolean) => void): CreateExecutor {
  standIn("@tslab/typescript-for-tslab", compilerStandIn());
  standIn("tslab/dist/jupyter.js", {
    lastWriteDisplayData: (data: DisplayData, update?: boolean) => show(data, update === true),
  });
  return requireWith<{ createExecutor: CreateExecutor }>("vm", plainVm, "tslab/dist/executor.js").createExecutor;
}

/**
 * The executor runs code with `breakOnSigint`, for which Node starts and ends a thread each time (0.5 ms) and takes the
 * listeners of SIGINT away. Stop does not come as a signal here.
 */
const plainVm = { ...vm, runInThisContext: (code: string) => vm.runInThisContext(code) };

/** Loads a module to which `require(name)` gives `exports`. */
function requireWith<T>(name: string, exports: object, specifier: string): T {
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const load = loader._load;
  loader._load = (request, ...rest) => (request === name ? exports : load.call(loader, request, ...rest));
  try {
    return require(specifier) as T;
  } finally {
    loader._load = load;
  }
}

function standIn(specifier: string, exports: object): void {
  const from = specifier.startsWith("tslab") ? require : createRequire(require.resolve("tslab/package.json"));
  const path = from.resolve(specifier);
  const module = new Module(path);
  Object.assign(module, { filename: path, loaded: true, exports });
  require.cache[path] = module as NodeJS.Module;
}

/** The executor scans a cell's comments with the compiler; it is given an empty text, which ends at once. */
function compilerStandIn(): object {
  return {
    get version() {
      return (require(require.resolve("typescript/package.json")) as { version: string }).version;
    },
    ScriptTarget: { Latest: 99 },
    LanguageVariant: { Standard: 0 },
    SyntaxKind: { FirstTriviaToken: 2, LastTriviaToken: 7 },
    createScanner: () => ({ setLanguageVariant() {}, setText() {}, scan: () => 1 }),
  };
}
