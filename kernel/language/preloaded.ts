// The names that every cell starts with, as the type checker knows them. The worker gives them their values.
import { imports, type ScopeEntry } from "./scope.js";

/** Text at the head of the file of imports; makes its exports reachable everywhere as `$imp`. */
export const preloadedImports = [
  `export * as tf from "@tensorflow/tfjs";`,
  `export * as ml from "cellgrad";`,
  `export type { NotebookGlobals } from "cellgrad/notebook";`,
  `export as namespace ${imports};`,
].join("\n");

function module(name: string, specifier: string): ScopeEntry {
  return {
    name,
    kind: "import",
    count: 0,
    number: 0,
    value: true,
    header: `import ${name} = ${imports}.${name};`,
    signature: `import * as ${name} from ${JSON.stringify(specifier)}`,
    comment: "",
    source: "",
  };
}

function global(name: string): ScopeEntry {
  return {
    name,
    kind: "const",
    count: 0,
    number: 0,
    value: true,
    header: `declare const ${name}: ${imports}.NotebookGlobals["${name}"];`,
    signature: `const ${name}`,
    comment: "",
    source: "",
  };
}

export const preloadedEntries: readonly ScopeEntry[] = [
  module("tf", "@tensorflow/tfjs"),
  module("ml", "cellgrad"),
  ...["display", "input", "password", "comms"].map(global),
];
