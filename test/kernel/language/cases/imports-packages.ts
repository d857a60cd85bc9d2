// Imports of packages and built-ins: CommonJS, ESM-only, exports maps with types, JSON, dynamic, the kernel's own copies.
import type { Files, LanguageCase } from "../language-case.js";

const json = (value: object): string => JSON.stringify(value);

/** One package of each kind, in the notebook's folder. */
const packages: Files = {
  "node_modules/plain-commonjs/package.json": json({ name: "plain-commonjs", version: "1.0.0", main: "main.js" }),
  "node_modules/plain-commonjs/main.js": "exports.twice = (x) => x * 2; exports.loaded = Date.now()",
  "node_modules/function-commonjs/package.json": json({ name: "function-commonjs", version: "1.0.0", types: "i.d.ts" }),
  "node_modules/function-commonjs/index.js":
    "module.exports = function greet(n) { return 'hi ' + n }; module.exports.version = 3",
  "node_modules/function-commonjs/i.d.ts":
    "declare function greet(n: string): string; declare namespace greet { const version: number } export = greet;",
  "node_modules/transpiled-commonjs/package.json": json({
    name: "transpiled-commonjs",
    version: "1.0.0",
    types: "i.d.ts",
  }),
  "node_modules/transpiled-commonjs/index.js":
    "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 'the default'; exports.named = 'a name'",
  "node_modules/transpiled-commonjs/i.d.ts": "declare const d: string; export default d; export const named: string;",
  "node_modules/only-esm/package.json": json({
    name: "only-esm",
    version: "1.0.0",
    type: "module",
    exports: "./index.js",
  }),
  "node_modules/only-esm/index.js":
    "export default class Esm { n = 1 }; export const pi = 3; export let count = 0; export const inc = () => ++count",
  "node_modules/awaiting-esm/package.json": json({
    name: "awaiting-esm",
    version: "1.0.0",
    type: "module",
    exports: "./index.js",
  }),
  "node_modules/awaiting-esm/index.js": "export const ready = await Promise.resolve('ready')",
  "node_modules/mapped/package.json": json({
    name: "mapped",
    version: "1.0.0",
    exports: {
      ".": { types: "./types/index.d.ts", import: "./esm.mjs", require: "./cjs.cjs" },
      "./sub": { types: "./types/sub.d.ts", default: "./sub.mjs" },
      "./features/*": { types: "./types/*.d.ts", default: "./features/*.mjs" },
    },
  }),
  "node_modules/mapped/esm.mjs": "export const how = 'import'",
  "node_modules/mapped/cjs.cjs": "exports.how = 'require'",
  "node_modules/mapped/sub.mjs": "export const sub = (x) => [x]",
  "node_modules/mapped/features/one.mjs": "export const one = 1",
  "node_modules/mapped/types/index.d.ts": "export const how: 'import' | 'require';",
  "node_modules/mapped/types/sub.d.ts": "export function sub<T>(x: T): T[];",
  "node_modules/mapped/types/one.d.ts": "export const one: number;",
  "node_modules/mapped/secret.mjs": "export const secret = 1",
  "node_modules/only-types/package.json": json({ name: "only-types", version: "1.0.0", types: "index.d.ts" }),
  "node_modules/only-types/index.d.ts": "export interface Options { depth: number }",
  "node_modules/@scope/pkg/package.json": json({
    name: "@scope/pkg",
    version: "2.1.0",
    type: "module",
    exports: { ".": "./i.js", "./package.json": "./package.json" },
  }),
  "node_modules/@scope/pkg/i.js": "export const where = import.meta.url.split('/').slice(-3).join('/')",
};

const of = (name: string, cells: LanguageCase["cells"], shows: string): LanguageCase => ({
  name,
  files: packages,
  cells,
  shows,
});

export const importsOfPackages: LanguageCase[] = [
  of("a CommonJS package as a namespace", ["import * as p from 'plain-commonjs'", "p.twice(4)"], "8"),
  of("a CommonJS package by name", ["import { twice } from 'plain-commonjs'", "twice(5)"], "10"),
  of("a CommonJS package as default", ["import p from 'plain-commonjs'", "p.twice(6)"], "12"),
  of(
    "a CommonJS package that is a function",
    ["import greet from 'function-commonjs'", "greet('you') + greet.version"],
    "'hi you3'",
  ),
  of(
    "a CommonJS package by import equals",
    ["import greet = require('function-commonjs')", "const s: string = greet('me'); s"],
    "'hi me'",
  ),
  of(
    "a CommonJS package by require",
    ["const { twice } = require('plain-commonjs') as { twice(x: number): number }", "twice(7)"],
    "14",
  ),
  of(
    "a transpiled CommonJS package",
    ["import * as t from 'transpiled-commonjs'; import { named } from 'transpiled-commonjs'", "[named, t.named]"],
    "[ 'a name', 'a name' ]",
  ),
  of("an ESM-only package", ["import Esm, { pi } from 'only-esm'", "[new Esm().n, pi]"], "[ 1, 3 ]"),
  of("an ESM-only package by require", ["const { pi } = require('only-esm') as { pi: number }", "pi"], "3"),
  of(
    "a package's variable stays bound through its namespace",
    [
      "import * as esm from 'only-esm'; import { inc } from 'only-esm'",
      "const before = esm.count; inc(); esm.count - before",
    ],
    "1",
  ),
  of("an ESM package that awaits", ["import { ready } from 'awaiting-esm'", "ready"], "'ready'"),
  of(
    "an exports map with types",
    ["import { how } from 'mapped'", "const h: 'import' | 'require' = how; h"],
    "'import'",
  ),
  of("a subpath of an exports map", ["import { sub } from 'mapped/sub'", "const xs: number[] = sub(1); xs"], "[ 1 ]"),
  of("a pattern of an exports map", ["import { one } from 'mapped/features/one'", "one + 1"], "2"),
  {
    name: "a path that an exports map does not name",
    files: packages,
    cells: ["import { secret } from ⟪1⟫'mapped/secret.mjs'"],
    fails: { ename: "TypeScriptError", says: "TS2307" },
  },
  {
    name: "the types of an exports map are checked",
    files: packages,
    cells: ["import { sub } from 'mapped/sub'", "const ⟪1⟫xs: string[] = sub(1)"],
    fails: { ename: "TypeScriptError", says: "TS2322" },
  },
  {
    name: "a name that a package does not export",
    files: packages,
    cells: ["import { ⟪1⟫nothing } from 'mapped'"],
    fails: { ename: "TypeScriptError", says: "TS2305" },
  },
  {
    name: "a package that is not there",
    cells: ["import x from ⟪1⟫'not-installed-anywhere'"],
    fails: { ename: "TypeScriptError", says: "%npm install not-installed-anywhere" },
  },
  of(
    "a package of types only",
    ["import type { Options } from 'only-types'", "const o: Options = { depth: 2 }; o.depth"],
    "2",
  ),
  of(
    "a type and a value in one import",
    [
      "import { type Options } from 'only-types'; import { how } from 'mapped'",
      "const o: Options = { depth: how.length }; o",
    ],
    "{ depth: 6 }",
  ),
  of("a scoped package knows where it is", ["import { where } from '@scope/pkg'", "where"], "'@scope/pkg/i.js'"),
  of("a package's JSON", ["import info from '@scope/pkg/package.json'", "info.version"], "'2.1.0'"),
  of(
    "a package without types is any",
    ["import { twice } from 'plain-commonjs'", "const s: string = twice(1); typeof s"],
    "'number'",
  ),
  of("a dynamic import of a package", ["const { pi } = await import('only-esm')", "pi"], "3"),
  of(
    "a dynamic import in a function of an earlier cell",
    ["const load = async (name: string) => (await import(name)) as { how: string }", "(await load('mapped')).how"],
    "'import'",
  ),
  of(
    "a module is loaded once",
    ["import { loaded } from 'plain-commonjs'", "import p from 'plain-commonjs'", "p.loaded === loaded"],
    "true",
  ),
  of(
    "an import renamed, and again under its own name",
    ["import { how as way } from 'mapped'", "import { how } from 'mapped'", "way + how"],
    "'importimport'",
  ),
  of(
    "an import in the middle of a cell counts from its start",
    ["const early = pi * 2\nimport { pi } from 'only-esm'", "early"],
    "6",
  ),
  {
    name: "an import cannot be assigned",
    files: packages,
    cells: ["import { pi } from 'only-esm'", "⟪1⟫pi = 4"],
    fails: { ename: "TypeScriptError", says: "TS2632" },
  },
];
