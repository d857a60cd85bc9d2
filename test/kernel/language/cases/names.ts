// Unusual names, and names that mean something to the kernel, to Node or to JavaScript itself.
import type { LanguageCase } from "../language-case.js";

const plain = [
  "$",
  "_",
  "v",
  "n",
  "$s",
  "$tf",
  "$imp",
  "exports",
  "module",
  "require",
  "process",
  "globalThis_",
  "async",
  "of",
  "get",
  "type",
  "namespace",
  "abstract",
  "declare",
  "as",
  "from",
  "global",
  "name",
  "length",
  "constructor",
  "toString",
  "prototype",
  "hasOwnProperty",
  "valueOf",
  "cell",
  "result",
  "value",
  "count",
];

export const names: LanguageCase[] = [
  ...plain.map(
    (name): LanguageCase => ({
      name: `a variable named ${name}`,
      cells: [`let ${name} = 1; const read = () => ${name}`, `${name} = 2; ({ ${name} }).${name} + read()`],
      shows: "4",
    }),
  ),
  { name: "a variable named __proto__", cells: ["let __proto__ = 3", "__proto__ + 1"], shows: "4" },
  {
    name: "names with accents, Greek, Chinese",
    cells: ["const größe = 1, π = 3, 学习率 = 0.1", "größe + π + 学习率"],
    shows: "4.1",
  },
  { name: "a name with an astral letter", cells: ["const 𝑥 = 5; function ƒ() { return 𝑥 }", "ƒ() + 𝑥"], shows: "10" },
  { name: "a name written with an escape", cells: ["const \\u0061bc = 2", "abc"], shows: "2" },
  { name: "a very long name", cells: [`const ${"long".repeat(100)} = 1`, `${"long".repeat(100)}`], shows: "1" },
  {
    name: "undefined, NaN and Infinity are not variables",
    cells: ["[undefined, NaN, Infinity]"],
    shows: "[ undefined, NaN, Infinity ]",
  },
  { name: "tf declared by the user", cells: ["const tf = { mine: 1 }", "tf.mine"], shows: "1" },
  {
    name: "tf declared by the user, and a tensor of before",
    cells: ["const t = tf.tensor([1, 2])", "const tf = 'other'", "[tf, t.shape]"],
    shows: "[ 'other', [ 2 ] ]",
  },
  {
    name: "tf imported again after it was hidden",
    cells: ["const tf = 1", "import * as tf from '@tensorflow/tfjs'", "tf.tensor([1]).shape"],
    shows: "[ 1 ]",
  },
  { name: "ml declared by the user", cells: ["class ml { x = 2 }", "new ml().x"], shows: "2" },
  {
    name: "display declared by the user",
    cells: ["function display(x: string) { return x + '!' }", "display('a')"],
    shows: "'a!'",
  },
  {
    name: "input and password declared by the user",
    cells: ["let input = [1]; const password = 'p'", "[input.length, password]"],
    shows: "[ 1, 'p' ]",
  },
  {
    name: "console declared by the user",
    cells: [
      "const log: string[] = []; const console = { log: (s: string) => { log.push(s) } }",
      "console.log('kept')",
      "log",
    ],
    shows: "[ 'kept' ]",
  },
  {
    name: "Map declared by the user, while a function still wants the built-in",
    cells: [
      "const m = new Map([[1, 2]]); const make = () => new globalThis.Map<string, number>()",
      "class Map { mine = true }",
      "[new Map().mine, m.get(1), make().size]",
    ],
    shows: "[ true, 2, 0 ]",
  },
  {
    name: "Array, Promise and Error declared by the user",
    cells: [
      "type Array<T> = T[]; class Error { code = 1 }; const Promise = 3",
      "const xs: Array<number> = [Promise]; [xs, new Error().code, await 4]",
    ],
    shows: "[ [ 3 ], 1, 4 ]",
  },
  {
    name: "fetch and setTimeout declared by the user",
    cells: [
      "const fetch = (url: string) => url.length; function setTimeout() { return 't' }",
      "[fetch('abc'), setTimeout()]",
    ],
    shows: "[ 3, 't' ]",
  },
  {
    name: "an import named like a preloaded name",
    cells: ["import { join as display } from 'node:path/posix'", "display('a', 'b')"],
    shows: "'a/b'",
  },
  {
    name: "a type named like a preloaded name",
    cells: ["type tf = number", "const n: tf = 1; n"],
    shows: "1",
  },
  {
    name: "a variable named like a TypeScript helper",
    cells: [
      "let __using = 1, __decorateClass = 2, _a = 3, _stack = 4",
      "using r = { [Symbol.dispose]() {} }; const { a = _a } = {} as { a?: number }; [__using, __decorateClass, a, _stack]",
    ],
    shows: "[ 1, 2, 3, 4 ]",
  },
  {
    name: "a property named like a variable is not the variable",
    cells: ["let a = 1; const o = { a: 5, b: { a: 6 } }", "[o.a, o.b.a, a]"],
    shows: "[ 5, 6, 1 ]",
  },
  {
    name: "a method named like a variable",
    cells: ["let size = 3; class Bag { size() { return size } static size = 9 }", "[new Bag().size(), Bag.size]"],
    shows: "[ 3, 9 ]",
  },
  {
    name: "a label, a type and a variable of one name",
    cells: ["type a = string; let a = 2; a: for (;;) break a", "const s: a = 'x'; [a, s]"],
    shows: "[ 2, 'x' ]",
  },
  {
    name: "%reset forgets all but what is preloaded",
    cells: ["let a = 1; const tf = 2", "%reset", { code: "typeof tf.tensor", shows: "'function'" }, "⟪1⟫a"],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'a'" },
  },
  {
    name: "a name in a text or a comment is no variable",
    cells: ["let a = 1", "'a' + `a` /* a */ // a"],
    shows: "'aa'",
  },
  { name: "emoji in a text before a value", cells: ["const s = '😀👩‍🚀'; s.length"], shows: "7" },
];
