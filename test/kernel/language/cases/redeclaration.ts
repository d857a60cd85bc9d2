// A name declared again in a later cell, as another type and another kind; cells run again, in any order.
import type { LanguageCase } from "../language-case.js";

type Kind = [kind: string, declaration: string, read: string, shows: string];

const kinds: Kind[] = [
  ["let", "let it = 1", "it", "1"],
  ["const", "const it = 'text'", "it.length", "4"],
  ["var", "var it = [1, 2]", "it[1]", "2"],
  ["function", "function it() { return 3 }", "it()", "3"],
  ["async function", "async function it() { return 4 }", "await it()", "4"],
  ["generator", "function* it() { yield 5 }", "[...it()]", "[ 5 ]"],
  ["class", "class it { n = 6 }", "new it().n", "6"],
  ["enum", "enum it { A = 7 }", "it.A + it['A']", "14"],
  ["const enum", "const enum it { A = 8 }", "it.A", "8"],
  ["namespace", "namespace it { export const a = 9 }", "it.a", "9"],
  ["type", "type it = 10", "const ten: it = 10; ten", "10"],
  ["interface", "interface it { n: 11 }", "const eleven: it['n'] = 11; eleven", "11"],
  ["pattern", "const { it } = { it: { n: 12 } }", "it.n", "12"],
  ["default import", "import it from 'node:path'", "it.sep.length + 12", "13"],
  ["named import", "import { sep as it } from 'node:path'", "it.length + 13", "14"],
  ["namespace import", "import * as it from 'node:path'", "it.sep.length + 14", "15"],
  ["import equals", "import it = require('node:path')", "it.sep.length + 15", "16"],
  ["type import", "import type { URL as it } from 'node:url'", "([] as it[]).length + 17", "17"],
  ["using", "using it = { n: 18, [Symbol.dispose]() {} };", "it.n", "18"],
];

/** Each kind gives way to the next one and comes back; and gives way to the one three further on. */
const pairs: LanguageCase[] = kinds.flatMap((kind, i): LanguageCase[] => {
  const [name, declaration, read, shows] = kind;
  const next = kinds[(i + 1) % kinds.length] as Kind;
  const third = kinds[(i + 3) % kinds.length] as Kind;
  return [
    {
      name: `${name}, then ${next[0]}, then ${name} again`,
      cells: [declaration, { code: read, shows }, next[1], { code: next[2], shows: next[3] }, declaration, read],
      shows,
    },
    { name: `${name}, then ${third[0]}`, cells: [declaration, third[1], third[2]], shows: third[3] },
  ];
});

export const redeclaration: LanguageCase[] = [
  ...pairs,
  { name: "another type in a later cell", cells: ["let a = 1", "let a = 'x'", "a.toUpperCase()"], shows: "'X'" },
  {
    name: "the old type is gone",
    cells: ["let a = 1", "let a = 'x'", "a.⟪1⟫toFixed()"],
    fails: { ename: "TypeScriptError", says: "TS2551" },
  },
  {
    name: "twice in one cell is an error",
    cells: ["let ⟪1⟫a = 1; let ⟪2⟫a = 2"],
    fails: { ename: "TypeScriptError", says: "TS2451" },
  },
  {
    name: "a cell that reads the name that it declares",
    cells: ["let a = 1", "let b = a + 1; { let a = b; b = a * 2 } b"],
    shows: "4",
  },
  {
    name: "a declaration cannot start from the old variable of its name",
    cells: ["let a = 1", "let ⟪1⟫a = ⟪2⟫a + 1"],
    fails: { ename: "TypeScriptError", says: "TS7022" },
  },
  { name: "a cell runs again", cells: ["let n = 0", "n += 1", "n += 1", "let n = 0", "n"], shows: "0" },
  {
    name: "cells in another order",
    cells: ["const b = 2", "const a = b + 1", "const b = 10", "const a = b + 1", "a"],
    shows: "11",
  },
  {
    name: "a function's cell runs again after its helper changed",
    cells: [
      "const h = (x: number) => x + 1",
      "const f = (x: number) => h(x) * 10",
      "const h = (x: number) => x + 2",
      "f(1)",
    ],
    shows: "30",
  },
  {
    name: "a declared name that becomes a use only",
    cells: ["let a = 1", "let a = 2; let b = a", "b = a + 5; [a, b]"],
    shows: "[ 2, 7 ]",
  },
  {
    name: "an import replaced by a variable, and back",
    cells: [
      "import { join } from 'node:path'",
      "const join = (...parts: string[]) => parts.join('+')",
      { code: "join('a', 'b')", shows: "'a+b'" },
      "import { join } from 'node:path/posix'",
      "join('a', 'b')",
    ],
    shows: "'a/b'",
  },
  {
    name: "a name that changes its kind while a function holds on",
    cells: ["function size() { return String(it) } let it = 1", "class it {}", "size()"],
    shows: "'class it {\\n}'",
  },
  {
    name: "an overloaded function replaced by a plain one",
    cells: [
      "function f(a: string): string; function f(a: number): number; function f(a: any): any { return a }",
      "function f() { return 'plain' }",
      "f()",
    ],
    shows: "'plain'",
  },
  {
    name: "a merged class and namespace replaced by a const",
    cells: ["class M {} namespace M { export const x = 1 }", "const M = 3", "M + 1"],
    shows: "4",
  },
];
