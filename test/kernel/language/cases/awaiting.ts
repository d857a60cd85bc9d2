// Top-level await wherever an expression may stand, async iteration, and promises as results.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

export const awaiting: LanguageCase[] = [
  { name: "await in a declaration", cells: ["const a = await Promise.resolve(3)", "a"], shows: "3" },
  { name: "await as the result", cells: ["await Promise.resolve('x')"], shows: "'x'" },
  { name: "a promise is awaited for its result", cells: ["Promise.resolve(5)"], shows: "5" },
  { name: "a promise of undefined shows nothing", cells: ["Promise.resolve()"] },
  {
    name: "a promise in a variable stays a promise",
    cells: ["const p = Promise.resolve(5)", "p instanceof Promise"],
    shows: "true",
  },
  {
    name: "a promise behind a semicolon is not waited for",
    cells: ["const log: string[] = []; const slow = new Promise<void>(() => {})", "slow;", "log.length"],
    shows: "0",
  },
  { name: "a thenable is awaited", cells: ["({ then(done: (x: number) => void) { done(9) } })"], shows: "9" },
  {
    name: "await in an argument, an operand, a template",
    cells: ["const f = async (n: number) => n * 2", "`${await f(1)} ${Math.max(await f(2), (await f(3)) + 1)}`"],
    shows: "'2 7'",
  },
  {
    name: "await in a condition and a loop",
    cells: [
      "const yes = async (b: boolean) => b; let n = 0; if (await yes(true)) n++; while (await yes(n < 4)) n++",
      "n",
    ],
    shows: "4",
  },
  {
    name: "await in object and array literals",
    cells: ["[await 1, { k: await Promise.resolve(2) }, ...(await Promise.resolve([3]))]"],
    shows: "[ 1, { k: 2 }, 3 ]",
  },
  {
    name: "await in a default",
    cells: ["const { a = await Promise.resolve(4), b }: { a?: number; b: number } = { b: 5 }", "[a, b]"],
    shows: "[ 4, 5 ]",
  },
  { name: "await of await", cells: ["await (await Promise.resolve(Promise.resolve(6)))"], shows: "6" },
  { name: "await before a member access", cells: ["(await Promise.resolve({ k: [7] })).k[0]"], shows: "7" },
  { name: "await of a value that is no promise", cells: ["const n: number = await 8; n"], shows: "8" },
  {
    name: "await in a ternary and after &&",
    cells: [
      "const t = true as boolean; t ? await Promise.resolve(1) : await Promise.resolve(2)",
      "t && (await Promise.resolve(10))",
    ],
    shows: "10",
  },
  {
    name: "await of a unary and new expression",
    cells: ["await new Promise<number>((done) => setTimeout(() => done(11), 1))"],
    shows: "11",
  },
  {
    name: "await in a class's static block's surroundings",
    cells: ["const n = await Promise.resolve(2); class A { static n = n; [`m${n}`]() { return n } }", "A.n"],
    shows: "2",
  },
  {
    name: "for await over promises",
    cells: ["const got: number[] = []; for await (const x of [Promise.resolve(1), 2]) got.push(x)", "got"],
    shows: "[ 1, 2 ]",
  },
  {
    name: "for await with destructuring and break",
    cells: [
      "async function* g() { try { yield { a: 1 }; yield { a: 2 } } finally { log.push('closed') } } const log: unknown[] = []",
      "for await (const { a } of g()) { log.push(a); break }",
      "log",
    ],
    shows: "[ 1, 'closed' ]",
  },
  {
    name: "for await over an event stream",
    cells: [
      "import { Readable } from 'node:stream'",
      "let text = ''; for await (const chunk of Readable.from(['a', 'b'])) text += chunk",
      "text",
    ],
    shows: "'ab'",
  },
  {
    name: "an async function of an earlier cell",
    cells: [
      "async function load(n: number) { await null; return n }",
      "const [a, b] = await Promise.all([load(1), load(2)]); a + b",
    ],
    shows: "3",
  },
  {
    name: "an async arrow and an async method",
    cells: ["const o = { async m() { return 1 } }; const f = async () => (await o.m()) + 1", "await f()"],
    shows: "2",
  },
  {
    name: "async functions interleave in order",
    cells: [
      "const order: string[] = []; const step = async (n: string) => { order.push(n + 1); await null; order.push(n + 2) }",
      "await Promise.all([step('a'), step('b')]); order",
    ],
    shows: "[ 'a1', 'b1', 'a2', 'b2' ]",
  },
  {
    name: "a rejected await can be caught",
    cells: [
      "let caught = ''; try { await Promise.reject(new Error('no')) } catch (e) { caught = (e as Error).message }",
      "caught",
    ],
    shows: "'no'",
  },
  {
    name: "Promise.allSettled, race, any",
    cells: [
      "const settled = await Promise.allSettled([Promise.reject(new Error('x')), 1]); settled.map((s) => s.status)",
      "[await Promise.race([1, new Promise<number>(() => {})]), await Promise.any([Promise.reject(new Error('y')), 2])]",
    ],
    shows: "[ 1, 2 ]",
  },
  {
    name: "await in an ordinary function is an error",
    cells: ["function f() { return ⟪1⟫await Promise.resolve(1) }"],
    fails: { ename: "SyntaxError", says: "await" },
  },
  {
    name: "await as part of a label-free arrow chain",
    cells: [
      "const pipe = async (x: number, ...fs: ((n: number) => Promise<number>)[]) => { for (const f of fs) x = await f(x); return x }",
      "await pipe(1, async (n) => n + 1, async (n) => n * 10)",
    ],
    shows: "20",
  },
  {
    name: "yield and await in an async generator",
    cells: [
      "async function* both() { const x: number = yield await Promise.resolve(1); yield x + 1 }",
      "const g = both(); await g.next(); (await g.next(41)).value",
    ],
    shows: "42",
  },
  { name: "await import()", cells: ["(await import('node:path')).posix.join('a', 'b')"], shows: "'a/b'" },
  {
    name: "a timer resolves",
    cells: ["import { setTimeout as sleep } from 'node:timers/promises'", "await sleep(1, 'done')"],
    shows: "'done'",
  },
];
