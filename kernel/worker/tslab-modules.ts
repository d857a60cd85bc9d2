// tslab's modules, loaded without what the kernel replaces: its TypeScript fork (38 MB, 170 ms) and its Jupyter server.
// `import * as tslab from "tslab"` gives tslab's own display functions, which show through ours.
import { createRequire, Module } from "node:module";
import type { MimeBundle } from "../ipc/cell-messages.js";

/** tslab's executor, as far as it is used here. */
export interface TslabExecutor {
  execute(source: string): Promise<boolean>;
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
  const { createExecutor } = require("tslab/dist/executor.js") as { createExecutor: CreateExecutor };
  return createExecutor;
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
