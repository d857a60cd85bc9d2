// Functions as values: their names, `this`, overloads and generics, calls of every form.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

export const functionValues: LanguageCase[] = [
  { name: "the name of a function", cells: ["function named() {}", "named.name"], shows: "'named'" },
  {
    name: "the names of anonymous functions",
    cells: [
      "const arrow = () => 1, expression = function () {}, Klass = class {}; let asynchronous = async () => 1",
      "[arrow, expression, Klass, asynchronous].map((f) => f.name)",
    ],
    shows: "[ 'arrow', 'expression', 'Klass', 'asynchronous' ]",
  },
  {
    name: "the name of a function expression with a name of its own",
    cells: ["const f = function inner() { return inner.name }", "[f.name, f()]"],
    shows: "[ 'inner', 'inner' ]",
  },
  { name: "the name of an assigned function", cells: ["let f: () => number", "f = () => 1; f.name"], shows: "'f'" },
  {
    name: "the name of a default in a pattern",
    cells: [
      "const { f = () => 1 }: { f?: () => number } = {}; const [g = () => 2]: [(() => number)?] = []",
      "[f.name, g.name]",
    ],
    shows: "[ 'f', 'g' ]",
  },
  { name: "a name between parentheses", cells: ["const f = (() => 1)", "f.name"], shows: "'f'" },
  {
    name: "the name of methods and of shorthand members",
    cells: ["const o = { m() {}, get g() { return 1 }, a: () => 1 }", "[o.m.name, o.a.name]"],
    shows: "[ 'm', 'a' ]",
  },
  { name: "the length of a function", cells: ["function f(a: number, b: number, c = 1) {}", "f.length"], shows: "2" },
  {
    name: "a parameter needs a type",
    cells: ["function f(⟪1⟫a) { return a + 1 }"],
    fails: { ename: "TypeScriptError", says: "TS7006" },
  },
  {
    name: "overloads",
    cells: [
      "function f(a: string): string; function f(a: number): number; function f(a: unknown): unknown { return a }",
      "const s: string = f('x'); const n: number = f(1); [s, n]",
    ],
    shows: "[ 'x', 1 ]",
  },
  {
    name: "generics",
    cells: [
      "function first<T>(xs: readonly T[]): T | undefined { return xs[0] }",
      "const n: number | undefined = first([3, 4]); n",
    ],
    shows: "3",
  },
  {
    name: "a generic constraint on a class of a cell",
    cells: [
      "class Box<T> { constructor(readonly value: T) {} }",
      "const unbox = <B extends Box<unknown>>(b: B) => b.value as B extends Box<infer V> ? V : never",
      "unbox(new Box('in')).length",
    ],
    shows: "2",
  },
  {
    name: "a type guard",
    cells: [
      "function isText(x: unknown): x is string { return typeof x === 'string' }",
      "const x: unknown = 'abc'; isText(x) ? x.length : 0",
    ],
    shows: "3",
  },
  {
    name: "an assertion function",
    cells: [
      "function assertText(x: unknown): asserts x is string { if (typeof x !== 'string') throw new Error('no') }",
      "const x: unknown = 'abcd'; assertText(x); x.length",
    ],
    shows: "4",
  },
  {
    name: "rest and spread parameters",
    cells: ["function sum(...xs: number[]) { return xs.reduce((a, b) => a + b, 0) }", "sum(...[1, 2, 3], 4)"],
    shows: "10",
  },
  {
    name: "arguments in a function",
    cells: ["function f() { return arguments.length } ", "(f as (...xs: number[]) => number)(1, 2, 3)"],
    shows: "3",
  },
  { name: "this at the top level is undefined, as in a module", cells: ["typeof this"], shows: "'undefined'" },
  {
    name: "this in a called function is undefined",
    cells: ["function f(this: unknown) { return this === undefined }", "f()"],
    shows: "true",
  },
  {
    name: "this in a function that a variable of a cell holds",
    cells: ["const o = { f(this: unknown) { return this === undefined } }; const f = o.f", "f()"],
    shows: "true",
  },
  { name: "this of a method call", cells: ["const o = { n: 3, m() { return this.n } }", "o.m()"], shows: "3" },
  {
    name: "this of a tagged template",
    cells: [
      "const tag = function (this: unknown, parts: TemplateStringsArray, ...xs: unknown[]) { return [this === undefined, parts.raw.join('|'), xs] }",
      "tag`a${1}b\\n`",
    ],
    shows: "[ true, 'a|b\\\\n', [ 1 ] ]",
  },
  {
    name: "call, apply and bind",
    cells: [
      "function f(this: { n: number }, x: number) { return this.n + x }",
      "[f.call({ n: 1 }, 2), f.apply({ n: 10 }, [2]), f.bind({ n: 100 })(2)]",
    ],
    shows: "[ 3, 12, 102 ]",
  },
  {
    name: "new.target",
    cells: [
      "function F(this: object) { return new.target !== undefined }",
      "new (F as unknown as new () => object)() instanceof (F as unknown as new () => object)",
    ],
    shows: "true",
  },
  {
    name: "an optional call",
    cells: ["let f: (() => number) | undefined", "f?.()", "f = () => 8", "f?.()"],
    shows: "8",
  },
  {
    name: "a function in a variable can be replaced by an object",
    cells: ["function a() { return 1 }", "const a = { b: 2 }", "a.b"],
    shows: "2",
  },
  { name: "properties on a function", cells: ["function f() {} f.count = 3", "f.count"], shows: "3" },
];
