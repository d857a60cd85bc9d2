// Types that nobody wrote travel to later cells: what the checker inferred of a variable is what a later cell sees.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

export const inferredTypes: LanguageCase[] = [
  {
    name: "a tensor with its rank",
    cells: ["const t = tf.tensor2d([[1, 2]])", "const s: [number, number] = t.shape; s"],
    shows: "[ 1, 2 ]",
  },
  {
    name: "functions taken out of a library",
    cells: ["const { tensor1d, add } = tf", "const sum: tf.Tensor = add(tensor1d([1]), 2); Array.from(sum.dataSync())"],
    shows: "[ 3 ]",
  },
  {
    name: "a library under another name",
    cells: ["const lib = tf", "const t: tf.Tensor1D = lib.tensor1d([1]); t.rank"],
    shows: "1",
  },
  {
    name: "a model",
    cells: [
      "const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] })",
      "const n: number = model.countParams(); n",
    ],
    shows: "3",
  },
  {
    name: "a module that import() gave",
    cells: ["const fs = await import('node:fs')", "const f: (path: string) => boolean = fs.existsSync; f('/')"],
    shows: "true",
  },
  {
    name: "nested collections",
    cells: ["const m = new Map([['a', new Set([1])]])", "const n: number | undefined = m.get('a')?.size; n"],
    shows: "1",
  },
  {
    name: "a generic arrow",
    cells: ["const wrap = <T,>(x: T) => [x]", "const xs: string[] = wrap('a'); xs"],
    shows: "[ 'a' ]",
  },
  {
    name: "an object with accessors and methods",
    cells: [
      "const o = { a: 1, get b() { return 'b' }, c(x: number) { return x * 2 } }",
      "const s: string = o.b; o.c(o.a) + s",
    ],
    shows: "'2b'",
  },
  {
    name: "a labelled tuple with an optional part",
    cells: [
      "const t: [first: number, second?: string] = [1]",
      "const second: string | undefined = t[1]; second ?? t.length",
    ],
    shows: "1",
  },
  {
    name: "a union",
    cells: ["const u = Math.random() < 2 ? 'text' : 5", "typeof u === 'string' ? u.length : u.toFixed()"],
    shows: "4",
  },
  {
    name: "a discriminated union",
    cells: [
      "type Shape = { kind: 'circle'; r: number } | { kind: 'square'; s: number }; const shapes = [{ kind: 'square', s: 2 }] as Shape[]",
      "const areas = shapes.map((s) => (s.kind === 'square' ? s.s ** 2 : s.r)); areas",
    ],
    shows: "[ 4 ]",
  },
  {
    name: "a date, a regular expression, a buffer",
    cells: [
      "const d = new Date(0), re = /x/g, b = Buffer.from('ab')",
      "[d.getTime(), re.flags, b.length, b.toString('hex')]",
    ],
    shows: "[ 0, 'g', 2, '6162' ]",
  },
  {
    name: "a type predicate in an inferred function",
    cells: [
      "const isText = (x: unknown) => typeof x === 'string'",
      "const x: unknown = 'abc'; isText(x) ? x.length : 0",
    ],
    shows: "3",
  },
  {
    name: "a generator object",
    cells: [
      "const it = (function* () { const x: number = yield 'a'; return x })()",
      "const s: string | number = it.next().value; s",
    ],
    shows: "'a'",
  },
  {
    name: "a promise that a later cell awaits",
    cells: ["const p = (async () => ({ n: 4 }))()", "const { n } = await p; n.toFixed(1)"],
    shows: "'4.0'",
  },
  {
    name: "null and undefined",
    cells: ["let a = null, b = undefined, c", "a = 1; b = 'x'; c = [a]; [a, b, c]"],
    shows: "[ 1, 'x', [ 1 ] ]",
  },
  {
    name: "an array that is filled later",
    cells: ["const xs = []", "xs.push(1); xs.push('a'); xs"],
    shows: "[ 1, 'a' ]",
  },
  {
    name: "an enum's member, const and let",
    cells: [
      "enum Color { Red, Green }; const c = Color.Red; let d = Color.Red",
      "const red: Color.Red = c; d = Color.Green; [red, d]",
    ],
    shows: "[ 0, 1 ]",
  },
  {
    name: "a literal type kept by as const",
    cells: [
      "let mode = 'train' as 'train' | 'test'; const shape = [2, 3] as const",
      "mode = 'test'; const rows: 2 = shape[0]; [mode, rows]",
    ],
    shows: "[ 'test', 2 ]",
  },
  {
    name: "a template literal type",
    cells: ["type Event = `on${'Click' | 'Key'}`; const e = 'onKey' as Event", "const f: 'onClick' | 'onKey' = e; f"],
    shows: "'onKey'",
  },
  {
    name: "keyof typeof",
    cells: [
      "const sizes = { s: 1, m: 2 }; type Size = keyof typeof sizes",
      "const pick = (k: Size) => sizes[k]; pick('m')",
    ],
    shows: "2",
  },
  {
    name: "an index signature",
    cells: [
      "const scores: Record<string, number> = { a: 1 }",
      "scores['b'] = 2; Object.values(scores).reduce((x, y) => x + y)",
    ],
    shows: "3",
  },
  {
    name: "a class as a value",
    cells: [
      "class A { constructor(readonly n: number) {} static from(s: string) { return new this(s.length) } } const K = A; const make = A.from",
      "new K(3).n + K.from('ab').n",
    ],
    shows: "5",
  },
  {
    name: "an abstract class as a value",
    cells: [
      "abstract class A { abstract n(): number } const Base = A",
      "class B extends Base { n() { return 3 } } new B().n()",
    ],
    shows: "3",
  },
  {
    name: "an instance with private members",
    cells: [
      "class A { #secret = 1; private hidden = 2; reveal() { return this.#secret + this.hidden } } const a = new A()",
      "const f = (x: A) => x.reveal(); f(a)",
    ],
    shows: "3",
  },
  {
    name: "an anonymous class",
    cells: ["const P = class { x = 1; y() { return this.x } }", "class Q extends P { z = 2 } new Q().y() + new Q().z"],
    shows: "3",
  },
  {
    name: "a timer",
    cells: ["const timer = setTimeout(() => {}, 1e6)", "clearTimeout(timer); timer.hasRef()"],
    shows: "true",
  },
  {
    name: "a server of node:http",
    cells: [
      "import { createServer } from 'node:http'; const server = createServer((request, response) => { response.end(request.url) })",
      "const open: boolean = server.listening; open",
    ],
    shows: "false",
  },
  {
    name: "an error subclass in an array",
    cells: ["class E extends Error { code = 4 } const errors = [new E('x')]", "errors.map((e) => e.code + e.message)"],
    shows: "[ '4x' ]",
  },
  {
    name: "an overloaded function in a variable",
    cells: [
      "function f(x: string): string; function f(x: number): number; function f(x: any) { return x } const g = f",
      "const s: string = g('a'); const n: number = g(1); [s, n]",
    ],
    shows: "[ 'a', 1 ]",
  },
  {
    name: "a fluent builder",
    cells: [
      "const builder = () => { const parts: string[] = []; const b = { add: (s: string) => (parts.push(s), b), done: () => parts.join('') }; return b }",
      "const text: string = builder().add('a').add('b').done(); text",
    ],
    shows: "'ab'",
  },
  {
    name: "a recursive structure",
    cells: [
      "interface Node { value: number; next?: Node } const list: Node = { value: 1, next: { value: 2 } }",
      "const { next } = list",
      "const v: number | undefined = next?.value; v",
    ],
    shows: "2",
  },
  {
    name: "a mapped and conditional result",
    cells: [
      "const lengths = <T extends Record<string, string>>(o: T) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, v.length])) as { [K in keyof T]: number }",
      "const l = lengths({ a: 'xx', b: 'y' })",
      "const n: number = l.a + l.b; n",
    ],
    shows: "3",
  },
  {
    name: "JSON as it is in its file",
    files: { "conf.json": '{ "layers": [{ "units": 3 }], "name": "net" }' },
    cells: [
      "import conf from './conf.json'; const first = conf.layers[0]",
      "const n: number | undefined = first?.units; n",
    ],
    shows: "3",
  },
  {
    name: "a value of a local file's class",
    files: {
      "net.ts":
        "export class Net { constructor(private size: number) {} params() { return this.size ** 2 } }\nexport const build = (n: number) => new Net(n)",
    },
    cells: ["import { build } from './net'; const net = build(3)", "net.params()"],
    shows: "9",
  },
  {
    name: "a variable of a hidden type of a local file",
    files: { "hidden.ts": "interface Hidden { secret: number }\nexport const give = (): Hidden => ({ secret: 5 })" },
    cells: ["import { give } from './hidden'; const got = give()", "const n: number = got.secret; n"],
    shows: "5",
  },
  {
    name: "any stays any, unknown stays unknown",
    cells: ["const a: any = { b: 1 }; const u: unknown = 2", { code: "a.b.toFixed(1)", shows: "'1.0'" }, "⟪1⟫u.x"],
    fails: { ename: "TypeScriptError", says: "TS18046" },
  },
  {
    name: "readonly is kept",
    cells: ["const xs: readonly number[] = [1]; const o: Readonly<{ a: number }> = { a: 1 }", "o.⟪1⟫a = 2"],
    fails: { ename: "TypeScriptError", says: "TS2540" },
  },
  {
    name: "an optional property is kept",
    cells: ["const o: { a?: number } = {}", "⟪1⟫o.a.toFixed()"],
    fails: { ename: "TypeScriptError", says: "TS18048" },
  },
  {
    name: "a symbol and an object keyed by it",
    cells: ["const tag = Symbol('tag'); const tagged = { [tag]: 1 }", "const n: number = tagged[tag]; n"],
    shows: "1",
  },
];
