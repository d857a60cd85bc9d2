// Inferred types of classes, instances, structures and modules travel to later cells.
import type { LanguageCase } from "../language-case.js";

export const inferredStructures: LanguageCase[] = [
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
