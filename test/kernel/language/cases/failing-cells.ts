// Cells that fail: what was assigned before the failure stays, what was not reached is unknown, old values survive.
import type { LanguageCase } from "../language-case.js";

const thrown = { ename: "Error", says: "stop" };

export const failingCells: LanguageCase[] = [
  {
    name: "what was assigned before the failure stays",
    cells: [{ code: "let a = 1; throw new Error('stop')", fails: thrown }, "a"],
    shows: "1",
  },
  {
    name: "what was not reached is unknown",
    cells: [{ code: "let a = 1\nif (a) throw new Error('stop')\nlet b = 2", fails: thrown }, "⟪1⟫b"],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'b'" },
  },
  {
    name: "half of a cell's names stay",
    cells: [
      { code: "const a = 1; const f = () => a; if (a) throw new Error('stop'); const b = 2", fails: thrown },
      "f()",
    ],
    shows: "1",
  },
  {
    name: "the old value survives when the new declaration was not reached",
    cells: ["let a = 'old'", { code: "if (1) throw new Error('stop'); let a = 5", fails: thrown }, "a.length"],
    shows: "3",
  },
  {
    name: "the new value counts when its declaration was reached",
    cells: ["let a = 'old'", { code: "let a = 5; throw new Error('stop')", fails: thrown }, "a.toFixed(1)"],
    shows: "'5.0'",
  },
  {
    name: "an initialiser that throws leaves the old value",
    cells: [
      "let a = 'old'",
      { code: "const boom = (): number => { throw new Error('stop') }; let a = boom()", fails: thrown },
      "a",
    ],
    shows: "'old'",
  },
  {
    name: "functions are there even when the cell fails at its start",
    cells: [{ code: "throw new Error('stop'); function f() { return 1 }", fails: thrown }, "f()"],
    shows: "1",
  },
  {
    name: "a class that was not reached is unknown",
    cells: [{ code: "if (1) throw new Error('stop')\nclass A {}", fails: thrown }, "new A()"],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'A'" },
  },
  {
    name: "an enum that was not reached keeps the old one",
    cells: [
      "enum E { Old = 1 }",
      { code: "if (1) throw new Error('stop')\nenum E { New = 2 }", fails: thrown },
      "E.Old",
    ],
    shows: "1",
  },
  {
    name: "a type of a failed cell is known",
    cells: [{ code: "type T = number; throw new Error('stop')", fails: thrown }, "const t: T = 1; t"],
    shows: "1",
  },
  {
    name: "imports of a failed cell stay",
    cells: [{ code: "import { sep } from 'node:path'; throw new Error('stop')", fails: thrown }, "sep.length"],
    shows: "1",
  },
  {
    name: "an import that fails leaves the other names unknown",
    cells: [
      {
        code: "const a = 1\nimport x from ⟪1⟫'./nowhere.json'",
        fails: { ename: "TypeScriptError", says: "TS2307" },
      },
      "a",
    ],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'a'" },
  },
  {
    name: "part of a pattern's names stay",
    cells: [{ code: "const { a, b } = { a: 1, get b(): number { throw new Error('stop') } }", fails: thrown }, "a"],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'a'" },
  },
  {
    name: "declarators before the failing one stay",
    cells: [
      { code: "const boom = (): number => { throw new Error('stop') }; const a = 1, b = boom(), c = 3", fails: thrown },
      "[a, typeof c]",
    ],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'c'" },
  },
  {
    name: "assignments of a failed cell stay",
    cells: [
      "let n = 1; const xs: number[] = []",
      { code: "n = 2; xs.push(3); throw new Error('stop')", fails: thrown },
      "[n, xs]",
    ],
    shows: "[ 2, [ 3 ] ]",
  },
  {
    name: "a failure after an await",
    cells: [
      {
        code: "const a = await Promise.resolve(1); await Promise.reject(new Error('stop')); const b = 2",
        fails: thrown,
      },
      "a",
    ],
    shows: "1",
  },
  {
    name: "a failed cell runs again and succeeds",
    cells: [
      "let fail = true",
      { code: "let a = 1; if (fail) throw new Error('stop'); let b = 2", fails: thrown },
      "fail = false",
      "let a = 1; if (fail) throw new Error('stop'); let b = 2",
      "a + b",
    ],
    shows: "3",
  },
  {
    name: "a type error changes nothing",
    cells: [
      "let a = 1",
      { code: "a = 2; let ⟪1⟫b: number = 'x'", fails: { ename: "TypeScriptError", says: "TS2322" } },
      "a",
    ],
    shows: "1",
  },
  {
    name: "a type error declares nothing",
    cells: [{ code: "let b: number = 'x'", fails: { ename: "TypeScriptError", says: "TS2322" } }, "b"],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'b'" },
  },
  {
    name: "a syntax error changes nothing",
    cells: ["let a = 1", { code: "a = 2; let = ;", fails: { ename: "SyntaxError" } }, "a"],
    shows: "1",
  },
  {
    name: "var of a failed cell is undefined, as in a script",
    cells: [
      { code: "if (1) throw new Error('stop'); var v: number | undefined = 3", fails: thrown },
      "v === undefined",
    ],
    shows: "true",
  },
  {
    name: "a loop's progress stays",
    cells: [
      "let i = 0",
      { code: "for (i = 0; i < 10; i++) { if (i === 4) throw new Error('stop') }", fails: thrown },
      "i",
    ],
    shows: "4",
  },
  {
    name: "what a function declared before the failure holds is alive",
    cells: [
      { code: "let hidden = 7; const get = () => hidden; throw new Error('stop')", fails: thrown },
      "hidden = 8; get()",
    ],
    shows: "8",
  },
  {
    name: "a failing user function leaves its caller's variables",
    cells: [
      "function risky(n: number) { if (n > 2) throw ⟪1⟫new Error('stop'); return n }",
      {
        code: "const got: number[] = []; for (const n of [1, 2, 3]) got.push(⟪2⟫risky(n))",
        fails: { ...thrown },
      },
      "got",
    ],
    shows: "[ 1, 2 ]",
  },
];
