// What is thrown: causes, AggregateErrors, values that are no errors, hostile errors; and errors of local files.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

const stop = { ename: "Error", says: "stop" };

export const errors: LanguageCase[] = [
  {
    name: "a cause",
    cells: [
      "function load() { throw ⟪2⟫new Error('no disk') }",
      "try {\n  ⟪3⟫load()\n} catch (cause) {\n  throw ⟪1⟫new Error('stop', { cause })\n}",
    ],
    fails: { ...stop, traceback: ["no disk"] },
  },
  {
    name: "a chain of causes",
    cells: [
      "const a = ⟪3⟫new Error('first')\nconst b = ⟪2⟫new TypeError('second', { cause: a })\nthrow ⟪1⟫new Error('stop', { cause: b })",
    ],
    fails: { ...stop, traceback: ["TypeError: second", "first"] },
  },
  {
    name: "a cause that is no error",
    cells: ["throw ⟪1⟫new Error('stop', { cause: 'just a text' })"],
    fails: { ...stop, traceback: ["just a text"] },
  },
  { name: "a cause that is its own", cells: ["const e = ⟪1⟫new Error('stop'); e.cause = e; throw e"], fails: stop },
  {
    name: "an AggregateError and its parts",
    cells: [
      "const one = () => ⟪2⟫new Error('one')\nconst two = () => ⟪4⟫new RangeError('two')",
      "throw ⟪1⟫new AggregateError([⟪3⟫one(), ⟪5⟫two()], 'stop')",
    ],
    fails: { ename: "AggregateError", says: "stop", traceback: ["Error: one", "RangeError: two"] },
  },
  {
    name: "all of Promise.any",
    cells: ["await Promise.any([Promise.reject(new Error('one')), Promise.reject(new Error('two'))])"],
    fails: { ename: "AggregateError", says: "All promises were rejected", traceback: ["one", "two"] },
  },
  {
    name: "a text that is thrown",
    cells: ["⟪1⟫throw 'just a text'"],
    fails: { ename: "Uncaught", says: "just a text" },
  },
  {
    name: "an object that is thrown",
    cells: ["⟪1⟫throw { code: 7 }"],
    fails: { ename: "Uncaught", says: "{ code: 7 }" },
  },
  {
    name: "null and undefined that are thrown",
    cells: [{ code: "⟪1⟫throw null", fails: { ename: "Uncaught", says: "null" } }, "⟪1⟫throw undefined"],
    fails: { ename: "Uncaught", says: "undefined" },
  },
  {
    name: "a text that a function of an earlier cell throws",
    cells: ["function f(n: number) {\n  if (n > 1) ⟪1⟫throw `n is ${n}`\n}", "⟪2⟫f(2)"],
    fails: { ename: "Uncaught", says: "n is 2", traceback: ["> 2 |   if (n > 1) throw `n is ${n}`"] },
  },
  {
    name: "a text that is thrown after an await, and again",
    cells: ["const f = async () => { await null; throw 'late' }", "try {\n  await f()\n} catch (e) {\n  ⟪1⟫throw e\n}"],
    fails: { ename: "Uncaught", says: "late" },
  },
  { name: "a number that is rejected", cells: ["await Promise.reject(42)"], fails: { ename: "Uncaught", says: "42" } },
  {
    name: "an error without a stack",
    cells: ["const e = new Error('stop'); e.stack = undefined; throw e"],
    fails: stop,
  },
  {
    name: "an error whose stack is no text",
    cells: ["const e = new Error('stop'); Object.defineProperty(e, 'stack', { value: { odd: 1 } }); throw e"],
    fails: stop,
  },
  {
    name: "an error whose message throws",
    cells: [
      "const e = new Error(); Object.defineProperty(e, 'message', { get() { throw new Error('hostile') } }); throw e",
    ],
    fails: { ename: "Error" },
  },
  {
    name: "an error with an odd name",
    cells: ["const e = new Error('stop'); e.name = 'OddName'; throw e"],
    fails: { ename: "OddName", says: "stop" },
  },
  {
    name: "a proxy that is thrown",
    cells: ["throw new Proxy({}, { get() { throw new Error('hostile') } })"],
    fails: { ename: "Uncaught" },
  },
  {
    name: "a message of several lines",
    cells: ["throw ⟪1⟫new Error('stop\\nsecond line\\n    at fake (nowhere:1:1)')"],
    fails: { ...stop, traceback: ["second line"] },
  },
  {
    name: "extra properties of an error",
    cells: ["throw Object.assign(⟪1⟫new Error('stop'), { code: 'E_CODE' })"],
    fails: stop,
  },
  {
    name: "a subclass without a name of its own",
    cells: ["class ShapeError extends Error {}", "throw ⟪1⟫new ShapeError('stop')"],
    fails: { ename: "ShapeError", says: "stop" },
  },
  {
    name: "a DOMException",
    cells: ["structuredClone(() => 1)"],
    fails: { ename: "DataCloneError", says: "could not be cloned" },
  },
  {
    name: "in a function of a local file",
    files: {
      "helper.ts":
        "export interface Options { depth: number }\n\nexport function fail(o: Options): number {\n  throw ⟪1⟫new Error('stop')\n}",
    },
    cells: ["import { fail } from './helper'", "⟪2⟫fail({ depth: 1 })"],
    fails: { ...stop, traceback: ["> 4 |   throw new Error('stop')"] },
  },
  {
    name: "while a local file is evaluated",
    files: { "broken.ts": "const a: number = 1\nthrow ⟪1⟫new Error('stop')\nexport { a }" },
    cells: ["⟪2⟫import { a } from './broken'\na"],
    fails: stop,
  },
  {
    name: "in a local file behind another",
    files: {
      "outer.ts": "import { inner } from './inner'\nexport const outer = () => {\n  return ⟪2⟫inner()\n}",
      "inner.ts": "enum E { A }\nexport function inner(): never {\n  throw ⟪1⟫new Error('stop')\n}",
    },
    cells: ["import { outer } from './outer'", "⟪3⟫outer()"],
    fails: stop,
  },
  {
    name: "in an edited local file",
    files: { "moved.ts": "export const f = () => { throw new Error('stop') }" },
    cells: [
      "import { f } from './moved'",
      {
        code: "import { f } from './moved'\n⟪2⟫f()",
        files: { "moved.ts": "// a line more\n\nexport const f = () => {\n  throw ⟪1⟫new Error('stop')\n}" },
      },
    ],
    fails: stop,
  },
  {
    name: "in a local .js module",
    files: { "plain.mjs": "// plain\nexport function f() {\n  throw ⟪1⟫new Error('stop')\n}" },
    cells: ["import { f } from './plain.mjs'", "⟪2⟫f()"],
    fails: stop,
  },
  {
    name: "in a callback that a local file calls",
    files: {
      "each.ts": "export function each(xs: number[], f: (x: number) => void) {\n  for (const x of xs) ⟪2⟫f(x)\n}",
    },
    cells: ["import { each } from './each'", "⟪3⟫each([1], () => { throw ⟪1⟫new Error('stop') })"],
    fails: stop,
  },
  {
    name: "a local file that does not parse",
    files: { "syntax.ts": "export const a = = 1" },
    cells: ["import { a } from './syntax'\na"],
    fails: { ename: "Error", says: "syntax.ts" },
  },
  {
    name: "a module that is not there at run time",
    cells: ["await import('./nowhere' as string)"],
    fails: { ename: "Error", says: "Cannot find module './nowhere'" },
  },
];
