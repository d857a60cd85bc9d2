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
];
