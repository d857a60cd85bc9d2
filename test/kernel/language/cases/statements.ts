// Generators, loops with labels, switch, template literals and what else may stand at a cell's top level.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

export const statements: LanguageCase[] = [
  {
    name: "a generator",
    cells: ["function* count(n: number) { for (let i = 0; i < n; i++) yield i }", "[...count(3)]"],
    shows: "[ 0, 1, 2 ]",
  },
  {
    name: "a generator keeps its place between cells",
    cells: ["function* ids() { let i = 0; while (true) yield ++i } const g = ids(); g.next()", "g.next().value"],
    shows: "2",
  },
  {
    name: "yield*, return and values sent in",
    cells: [
      "function* inner(): Generator<string, number, number> { const x = yield 'a'; return x * 2 } function* outer(): Generator<string, void, number> { const r = yield* inner(); yield String(r) }",
      "const g = outer(); [g.next().value, g.next(21).value, g.next().done]",
    ],
    shows: "[ 'a', '42', true ]",
  },
  {
    name: "a generator method and an iterable class",
    cells: [
      "class Range { constructor(private n: number) {} *[Symbol.iterator]() { for (let i = 0; i < this.n; i++) yield i } }",
      "[...new Range(3)].map((x) => x * 10)",
    ],
    shows: "[ 0, 10, 20 ]",
  },
  {
    name: "an async generator",
    cells: [
      "async function* ticks() { for (let i = 0; i < 3; i++) { await Promise.resolve(); yield i } }",
      "const got: number[] = []; for await (const t of ticks()) got.push(t)",
      "got",
    ],
    shows: "[ 0, 1, 2 ]",
  },
  {
    name: "labelled continue and break",
    cells: [
      "const hits: string[] = []; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; hits.push(`${i}${j}`) } }",
      "hits",
    ],
    shows: "[ '00', '10' ]",
  },
  { name: "a labelled block", cells: ["let n = 0; block: { n = 1; if (n) break block; n = 2 }", "n"], shows: "1" },
  {
    name: "a label with the name of a variable",
    cells: ["let a = 0; a: for (;;) { a++; if (a > 2) break a }", "a"],
    shows: "3",
  },
  {
    name: "do-while, while and comma",
    cells: ["let i = 0, j = 10; do { i++, j-- } while (i < j); while (i < 8) i++", "[i, j]"],
    shows: "[ 8, 5 ]",
  },
  {
    name: "switch with fall-through and block scopes",
    cells: [
      "const f = (x: number) => { switch (x) { case 1: case 2: { const r = 'low'; return r } default: return 'high' } }",
      "[f(1), f(2), f(3)]",
    ],
    shows: "[ 'low', 'low', 'high' ]",
  },
  {
    name: "try, catch without a name, finally",
    cells: [
      "const log: string[] = []; try { JSON.parse('{') } catch { log.push('caught') } finally { log.push('finally') }",
      "log",
    ],
    shows: "[ 'caught', 'finally' ]",
  },
  {
    name: "a template literal with an earlier variable",
    cells: ["const who = 'world'", "`hello ${who.toUpperCase()}, ${`nested ${1 + 1}`}`"],
    shows: "'hello WORLD, nested 2'",
  },
  {
    name: "a tagged template gets the same strings each time",
    cells: [
      "const seen = new Set<TemplateStringsArray>(); const tag = (s: TemplateStringsArray) => seen.add(s).size; const run = () => tag`a`",
      "run(); run()",
    ],
    shows: "1",
  },
  {
    name: "regular expressions with flags",
    cells: ["const re = /(?<year>\\d{4})-(?<month>\\d\\d)/du", "re.exec('in 2024-05')?.groups?.['month']"],
    shows: "'05'",
  },
  {
    name: "bigint, numeric separators, exponent",
    cells: ["const big = 2n ** 64n; const sep = 1_000_000", "[big, sep, 0b101, 0o17, 0xff]"],
    shows: "[ 18446744073709551616n, 1000000, 5, 15, 255 ]",
  },
  {
    name: "in, instanceof, void, comma and exponent operators",
    cells: ["const o = { p: 1 }", "['p' in o, o instanceof Object, void 0, 2 ** -1]"],
    shows: "[ true, true, undefined, 0.5 ]",
  },
  { name: "debugger and empty statements", cells: ["debugger;;;{} 3"], shows: "3" },
  {
    name: "a shebang-like comment and JSDoc",
    cells: ["/** doc */ const documented = 1 // eslint-disable-line", "documented"],
    shows: "1",
  },
];
