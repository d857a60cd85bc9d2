// Imports of files beside the notebook: TypeScript, JavaScript, JSON; edited files are picked up again, cycles work.
import type { LanguageCase } from "../language-case.js";

export const importsOfLocalFiles: LanguageCase[] = [
  {
    name: "a .ts file",
    files: { "a.ts": "export const a: number = 1" },
    cells: ["import { a } from './a'", "a"],
    shows: "1",
  },
  {
    name: "a .ts file by its extension",
    files: { "a.ts": "export const a = 2" },
    cells: ["import { a } from './a.ts'", "a"],
    shows: "2",
  },
  {
    name: "a .ts file by the extension .js",
    files: { "a.ts": "export const a = 3" },
    cells: ["import { a } from './a.js'", "a"],
    shows: "3",
  },
  {
    name: "a .js module",
    files: { "m.mjs": "export const m = 4; export default function () { return m + 1 }" },
    cells: ["import five, { m } from './m.mjs'", "[m, five()]"],
    shows: "[ 4, 5 ]",
  },
  {
    name: "a .js file that is CommonJS",
    files: {
      "c.js":
        "const path = require('node:path'); exports.base = path.basename(__filename); exports.twice = (x) => x * 2",
    },
    cells: ["import { base, twice } from './c.js'", "base + twice(3)"],
    shows: "'c.js6'",
  },
  {
    name: "a .cjs file",
    files: { "c.cjs": "module.exports = { n: 7 }" },
    cells: ["import c from './c.cjs'", "c.n"],
    shows: "7",
  },
  {
    name: "a JSON file",
    files: { "data.json": '{ "rows": [1, 2], "name": "x" }' },
    cells: ["import data from './data.json'", "const n: number = data.rows.length; data.name + n"],
    shows: "'x2'",
  },
  {
    name: "a JSON file with an attribute",
    files: { "data.json": '{ "k": 5 }' },
    cells: ["import data from './data.json' with { type: 'json' }", "data.k"],
    shows: "5",
  },
  {
    name: "a script with a hashbang line",
    files: { "script.ts": "#!/usr/bin/env node\nexport const script = 1" },
    cells: ["import { script } from './script'", "script"],
    shows: "1",
  },
  {
    name: "a folder with an index",
    files: { "kit/index.ts": "export const kit = 'kit'" },
    cells: ["import { kit } from './kit'", "kit"],
    shows: "'kit'",
  },
  {
    name: "types, enums, classes of a file",
    files: {
      "model.ts":
        "export interface Options { depth: number }\nexport enum Mode { Train = 't', Test = 'e' }\nexport class Model { constructor(private o: Options, public mode = Mode.Train) {} depth() { return this.o.depth } }\nexport type Pair = [Mode, Mode]",
    },
    cells: [
      "import { Model, Mode, type Options, type Pair } from './model'",
      "const o: Options = { depth: 3 }; const p: Pair = [Mode.Test, Mode.Train]; [new Model(o).depth(), ...p]",
    ],
    shows: "[ 3, 'e', 't' ]",
  },
  {
    name: "a file that imports a file",
    files: { "deep/b.ts": "import { c } from './c'; export const b = c + 1", "deep/c.ts": "export const c = 1" },
    cells: ["import { b } from './deep/b'", "b"],
    shows: "2",
  },
  {
    name: "a file that re-exports",
    files: {
      "all.ts": "export * from './one'; export { two as zwei } from './two'; export * as ns from './one'",
      "one.ts": "export const one = 1",
      "two.ts": "export const two = 2; export default 'not this'",
    },
    cells: ["import { one, zwei, ns } from './all'", "[one, zwei, ns.one]"],
    shows: "[ 1, 2, 1 ]",
  },
  {
    name: "a file's default export",
    files: {
      "d.ts": "export default class { n = 8 }",
      "f.ts": "export default () => 9",
      "v.ts": "const v = 10; export { v as default }",
    },
    cells: ["import D from './d'; import f from './f'; import v from './v'", "[new D().n, f(), v, f.name]"],
    shows: "[ 8, 9, 10, 'default' ]",
  },
  {
    name: "a file's live binding",
    files: { "n.ts": "export let n = 0; export function inc() { n++ }" },
    cells: ["import * as m from './n'", "m.inc(); m.inc(); m.n"],
    shows: "2",
  },
  {
    name: "a file that awaits",
    files: { "w.ts": "export const w = await Promise.resolve(11)" },
    cells: ["import { w } from './w'", "w"],
    shows: "11",
  },
  {
    name: "a file that uses a package and a built-in",
    files: {
      "u.ts":
        "import { join } from 'node:path/posix'; import * as tf from '@tensorflow/tfjs'; export const p = join('a', 'b'); export const sameEngine = (e: unknown) => e === tf.engine()",
    },
    cells: ["import { p, sameEngine } from './u'", "[p, sameEngine(tf.engine())]"],
    shows: "[ 'a/b', true ]",
  },
  {
    name: "files in a circle",
    files: {
      "ping.ts": "import { pong } from './pong'; export const ping = (n: number): string => n ? 'i' + pong(n - 1) : ''",
      "pong.ts": "import { ping } from './ping'; export const pong = (n: number): string => n ? 'o' + ping(n - 1) : ''",
    },
    cells: ["import { ping } from './ping'", "ping(4)"],
    shows: "'ioio'",
  },
  {
    name: "a dynamic import of a file",
    files: { "dyn.ts": "export const dyn = 12" },
    cells: ["const m = await import('./dyn')", "const n: number = m.dyn; n"],
    shows: "12",
  },
  {
    name: "a dynamic import inside a file",
    files: {
      "lazy.ts": "export const load = async () => (await import('./dyn2')).dyn",
      "dyn2.ts": "export const dyn = 13",
    },
    cells: ["import { load } from './lazy'", "await load()"],
    shows: "13",
  },
  {
    name: "import.meta of a cell and of a file",
    files: { "meta.ts": "export const url = import.meta.url" },
    cells: [
      "import { url } from './meta'",
      "[url.endsWith('/meta.ts'), import.meta.dirname === process.cwd(), import.meta.url.startsWith('file:')]",
    ],
    shows: "[ true, true, true ]",
  },
  {
    name: "a type error in a file stops nothing but its use",
    files: { "wrong.ts": "export const n: number = 'x' as unknown as number; export const bad: number = 'text'" },
    cells: ["import { n, bad } from './wrong'", "[n, bad]"],
    shows: "[ 'x', 'text' ]",
  },
  {
    name: "a file's type is checked in the cell",
    files: { "typed.ts": "export const f = (n: number) => n" },
    cells: ["import { f } from './typed'", "f(⟪1⟫'x')"],
    fails: { ename: "TypeScriptError", says: "TS2345" },
  },
  {
    name: "a name that a file does not export",
    files: { "a.ts": "export const a = 1" },
    cells: ["import { ⟪1⟫nothing } from './a'"],
    fails: { ename: "TypeScriptError", says: "TS2305" },
  },
  {
    name: "only types of a file",
    files: { "shape.ts": "export interface Shape { n: number } throw new Error('never run')" },
    cells: ["import type { Shape } from './shape'", "const s: Shape = { n: 1 }; s"],
    shows: "{ n: 1 }",
  },
  {
    name: "a declaration file",
    files: { "ambient.d.ts": "export interface Amb { k: string }" },
    cells: ["import type { Amb } from './ambient'", "const a: Amb = { k: 'v' }; a.k"],
    shows: "'v'",
  },
];
