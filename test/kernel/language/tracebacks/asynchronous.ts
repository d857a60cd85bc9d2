// Errors after an await: async functions of several cells, promises, async iteration, timers, unhandled rejections.
import type { LanguageCase } from "../language-case.js";

const stop = { ename: "Error", says: "stop" };

export const asynchronous: LanguageCase[] = [
  {
    name: "after an await at the top level",
    cells: ["await Promise.resolve()\nthrow ⟪1⟫new Error('stop')"],
    fails: stop,
  },
  {
    name: "in an async function, before its await",
    cells: ["async function f() { throw ⟪1⟫new Error('stop') }", "await ⟪2⟫f()"],
    fails: stop,
  },
  {
    name: "in an async function, after its await",
    cells: ["async function f() {\n  await null\n  throw ⟪1⟫new Error('stop')\n}", "⟪2⟫await f()"],
    fails: stop,
  },
  {
    name: "through async functions of three cells",
    cells: [
      "const inner = async () => { await null; throw ⟪1⟫new Error('stop') }",
      "async function middle() {\n  return ⟪2⟫await inner()\n}",
      "const outer = async () => { const v = ⟪3⟫await middle(); return v }",
      "const x = ⟪4⟫await outer()",
    ],
    fails: stop,
  },
  {
    name: "after an await of a timer",
    cells: [
      "import { setTimeout as sleep } from 'node:timers/promises'",
      "async function f() {\n  await sleep(1)\n  throw ⟪1⟫new Error('stop')\n}",
      "⟪2⟫await f()",
    ],
    fails: stop,
  },
  {
    name: "a promise as the result",
    cells: ["async function f() { await null; throw ⟪1⟫new Error('stop') }", "f()"],
    fails: stop,
  },
  {
    name: "a rejection that is awaited",
    cells: ["const p = Promise.reject(⟪1⟫new Error('stop')); p.catch(() => {})", "await p"],
    fails: stop,
  },
  {
    name: "one of Promise.all",
    cells: [
      "const f = async (n: number) => {\n  await null\n  if (n === 2) throw ⟪1⟫new Error('stop')\n}",
      "⟪2⟫await Promise.all([f(1), f(2)])",
    ],
    fails: stop,
  },
  {
    name: "an async method",
    cells: ["class A { async go() {\n  await null\n  throw ⟪1⟫new Error('stop') } }", "⟪2⟫await new A().go()"],
    fails: stop,
  },
  {
    name: "an async generator",
    cells: [
      "async function* g() {\n  yield 1\n  await null\n  throw ⟪1⟫new Error('stop')\n}",
      "for await (const ⟪2⟫x of g()) x",
    ],
    fails: stop,
  },
  {
    name: "a then callback",
    cells: ["⟪2⟫await Promise.resolve(1).then((x) => {\n  throw ⟪1⟫new Error('stop')\n})"],
    fails: stop,
  },
  {
    name: "an await in the middle of an expression",
    cells: ["const f = async () => JSON.parse('null') as { a: number }", "const n = 1 + (await f()).⟪1⟫a"],
    fails: { ename: "TypeError", says: "reading 'a'" },
  },
  {
    name: "an await in a loop",
    cells: [
      "const f = async (n: number) => { await null; if (n > 1) throw ⟪1⟫new Error('stop') }",
      "for (let i = 0; i < 3; i++) {\n  ⟪2⟫await f(i)\n}",
    ],
    fails: stop,
  },
  {
    name: "an async callback in a new Promise",
    cells: ["await new Promise((_, reject) => {\n  setTimeout(() => reject(⟪1⟫new Error('stop')), 1)\n})"],
    fails: stop,
  },
  {
    name: "the executor of a promise",
    cells: ["await ⟪2⟫new Promise(() => {\n  throw ⟪1⟫new Error('stop')\n})"],
    fails: stop,
  },
  {
    name: "await using that fails to close",
    cells: [
      "⟪2⟫await using r = {\n  async [Symbol.asyncDispose]() {\n    await null\n    throw ⟪1⟫new Error('stop')\n  },\n}",
    ],
    fails: stop,
  },
  { name: "a timer of the cell", cells: ["setTimeout(() => {\n  throw ⟪1⟫new Error('stop')\n}, 1);"], late: stop },
  {
    name: "a timer that calls a function of an earlier cell",
    cells: ["function tick() {\n  throw ⟪1⟫new Error('stop')\n}", "setTimeout(() => ⟪2⟫tick(), 1);"],
    late: stop,
  },
  { name: "an immediate and a microtask", cells: ["setImmediate(() => { throw ⟪1⟫new Error('stop') });"], late: stop },
  { name: "a microtask", cells: ["queueMicrotask(() => { throw ⟪1⟫new Error('stop') });"], late: stop },
  { name: "a next tick", cells: ["process.nextTick(() => { throw ⟪1⟫new Error('stop') });"], late: stop },
  {
    name: "an unhandled rejection",
    cells: ["async function f() {\n  await null\n  throw ⟪1⟫new Error('stop')\n}\nvoid f();"],
    late: stop,
  },
  {
    name: "an unhandled rejection of an earlier cell's function",
    cells: ["const f = async () => { throw ⟪1⟫new Error('stop') }", "⟪2⟫f();"],
    late: stop,
  },
  {
    name: "an event listener",
    cells: [
      "import { EventEmitter } from 'node:events'",
      "const e = new EventEmitter(); e.on('x', () => { throw ⟪1⟫new Error('stop') })",
      "e.⟪2⟫emit('x')",
    ],
    fails: stop,
  },
  {
    name: "after a late error the next cell runs",
    cells: [{ code: "setTimeout(() => { throw ⟪1⟫new Error('stop') }, 1);", late: stop }, "1 + 1"],
    shows: "2",
  },
];
