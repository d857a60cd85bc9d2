// Errors thrown in calls: functions of earlier cells, callbacks, constructors, getters, generators, library code.
import type { LanguageCase } from "../language-case.js";

const stop = { ename: "Error", says: "stop" };

export const calls: LanguageCase[] = [
  {
    name: "at the top level",
    cells: ["const a = 1\nthrow ⟪1⟫new Error('stop')"],
    fails: { ...stop, traceback: ["> 2 | throw new Error('stop')", "Error: stop"] },
  },
  {
    name: "in a function of the same cell",
    cells: ["function f() {\n  throw ⟪1⟫new Error('stop')\n}\n⟪2⟫f()"],
    fails: stop,
  },
  {
    name: "in a function of an earlier cell",
    cells: ["function f(x: number) {\n  if (x > 1) throw ⟪1⟫new Error('stop')\n  return x\n}", "⟪2⟫f(2)"],
    fails: { ...stop, traceback: ["f", "> 2 |   if (x > 1) throw new Error('stop')", "> 1 | f(2)"] },
  },
  {
    name: "through functions of three cells",
    cells: [
      "const inner = () => { throw ⟪1⟫new Error('stop') }",
      "const middle = () => ⟪2⟫inner()",
      "function outer() { return ⟪3⟫middle() }",
      "1 +\n  ⟪4⟫outer()",
    ],
    fails: stop,
  },
  {
    name: "in the newest version of a function",
    cells: [
      "function f() { throw new Error('old') }",
      "const g = () => ⟪2⟫f()",
      "\n\nfunction f() { throw ⟪1⟫new Error('stop') }",
      "⟪3⟫g()",
    ],
    fails: stop,
  },
  {
    name: "the name of the function is said",
    cells: [
      "const o = { method() { throw new Error('stop') } }; function namedFunction() { o.method() }",
      "namedFunction()",
    ],
    fails: { ...stop, traceback: ["method", "namedFunction"] },
  },
  {
    name: "a call of what is no function",
    cells: ["const o = {} as { go(): void }", "  o.⟪1⟫go()"],
    fails: { ename: "TypeError", says: "o.go is not a function" },
  },
  {
    name: "a callback of a built-in",
    cells: [
      "const check = (x: number) => { if (x === 2) throw ⟪1⟫new Error('stop'); return x }",
      "[1, 2, 3].⟪2⟫map(check)",
    ],
    fails: stop,
  },
  {
    name: "an inline callback",
    cells: ["[1, 2].⟪2⟫forEach((x) => {\n  if (x > 1) throw ⟪1⟫new Error('stop')\n})"],
    fails: stop,
  },
  { name: "a comparator", cells: ["[2, 1].⟪2⟫sort(() => { throw ⟪1⟫new Error('stop') })"], fails: stop },
  { name: "a replacer of a text", cells: ["'abc'.⟪2⟫replace(/b/, () => { throw ⟪1⟫new Error('stop') })"], fails: stop },
  {
    name: "a default parameter",
    cells: [
      "const boom = (): number => { throw ⟪1⟫new Error('stop') }\nfunction f(a = ⟪2⟫boom()) { return a }",
      "⟪3⟫f()",
    ],
    fails: stop,
  },
  {
    name: "an operand among others",
    cells: ["const boom = (): number => { throw ⟪1⟫new Error('stop') }", "const sum = 1 + 2 * (3 - ⟪2⟫boom()) + 4"],
    fails: stop,
  },
  {
    name: "an argument over several lines",
    cells: [
      "const boom = (): number => { throw ⟪1⟫new Error('stop') }",
      "Math.max(\n  1,\n  2,\n  ⟪2⟫boom(),\n  3,\n)",
    ],
    fails: stop,
  },
  {
    name: "a chain of calls over several lines",
    cells: [
      "const xs = [3, 1, 2]\nxs\n  .filter((x) => x > 1)\n  .⟪2⟫map((x) => {\n    if (x === 2) throw ⟪1⟫new Error('stop')\n    return x\n  })\n  .join()",
    ],
    fails: stop,
  },
  {
    name: "an object literal over several lines",
    cells: [
      "const boom = (): number => { throw ⟪1⟫new Error('stop') }",
      "const o = {\n  a: 1,\n  b: {\n    c: ⟪2⟫boom(),\n  },\n}",
    ],
    fails: stop,
  },
  {
    name: "a loop's condition",
    cells: ["const xs: number[] | undefined = JSON.parse('null')\nfor (let i = 0; i < xs!.⟪1⟫length; i++) {}"],
    fails: { ename: "TypeError" },
  },
  {
    name: "what a built-in throws",
    cells: ["const text = '{ bad'\nconst v = JSON.⟪1⟫parse(text)"],
    fails: { ename: "SyntaxError", says: "JSON" },
  },
  {
    name: "what a library throws, without its own lines",
    cells: ["const t = tf.⟪1⟫tensor([1, 2, 3], [2, 2])"],
    fails: { ename: "Error", says: "shape" },
  },
  {
    name: "a callback of a library",
    cells: ["const r = tf.⟪2⟫tidy(() => {\n  throw ⟪1⟫new Error('stop')\n})"],
    fails: stop,
  },
  {
    name: "a node: function",
    cells: ["import { readFileSync } from 'node:fs'", "const text = ⟪1⟫readFileSync('/no/such/file', 'utf8')"],
    fails: { ename: "Error", says: "ENOENT" },
  },
  {
    name: "recursion without end",
    cells: ["function down(n: number): number { return down(n + 1) + 1 }", "down(0)"],
    fails: { ename: "RangeError", says: "call stack" },
  },
  {
    name: "a rethrown error shows where it began",
    cells: ["function f() { throw ⟪1⟫new Error('stop') }", "try {\n  ⟪2⟫f()\n} catch (e) {\n  throw e\n}"],
    fails: stop,
  },
  {
    name: "an error made in one cell and thrown in another",
    cells: ["const e = ⟪1⟫new Error('stop')", "throw e"],
    fails: stop,
  },
  {
    name: "an error class of the user",
    cells: [
      "class ShapeError extends Error {\n  override name = 'ShapeError'\n}",
      "function f(): never { throw ⟪1⟫new ShapeError('stop') }\n⟪2⟫f()",
    ],
    fails: { ename: "ShapeError", says: "stop" },
  },
];
