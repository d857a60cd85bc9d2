// Errors inside classes and behind members: constructors, getters, fields, generators, conversions.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

const stop = { ename: "Error", says: "stop" };

export const members: LanguageCase[] = [
  {
    name: "a member of undefined",
    cells: ["interface Tree { left?: Tree; value: number }\nconst t: Tree = { value: 1 }\nconst v = t.left!.⟪1⟫value"],
    fails: { ename: "TypeError", says: "Cannot read properties of undefined (reading 'value')" },
  },
  {
    name: "a member of an earlier variable",
    cells: ["const t = JSON.parse('null') as { deep: { er: number } }", "1 + t.⟪1⟫deep.er"],
    fails: { ename: "TypeError", says: "reading 'deep'" },
  },
  {
    name: "a constructor",
    cells: ["class A {\n  constructor(n: number) {\n    if (n < 0) throw ⟪1⟫new Error('stop')\n  }\n}", "⟪2⟫new A(-1)"],
    fails: { ...stop, traceback: ["new A"] },
  },
  {
    name: "a base class's constructor",
    cells: [
      "class A { constructor() { throw ⟪1⟫new Error('stop') } }",
      "class B extends A { constructor() {\n  ⟪2⟫super()\n} }",
      "⟪3⟫new B()",
    ],
    fails: stop,
  },
  {
    name: "a getter",
    cells: ["const o = { get bad(): number { throw ⟪1⟫new Error('stop') } }", "o.⟪2⟫bad"],
    fails: stop,
  },
  {
    name: "a setter",
    cells: ["class A { set bad(_: number) { throw ⟪1⟫new Error('stop') } }", "const a = new A()\na.⟪2⟫bad = 1"],
    fails: stop,
  },
  {
    name: "a static method and a private one",
    cells: [
      "class A {\n  static go() { return new A().⟪2⟫#hidden() }\n  #hidden() { throw ⟪1⟫new Error('stop') }\n}",
      "A.⟪3⟫go()",
    ],
    fails: stop,
  },
  {
    name: "a class field",
    cells: [
      "const boom = (): number => { throw ⟪1⟫new Error('stop') }",
      "⟪3⟫class A {\n  ok = 1\n  bad = ⟪2⟫boom()\n}",
      "⟪4⟫new A()",
    ],
    fails: stop,
  },
  {
    name: "a static field",
    cells: ["const boom = (): number => { throw ⟪1⟫new Error('stop') }", "⟪3⟫class A {\n  static bad = ⟪2⟫boom()\n}"],
    fails: stop,
  },
  {
    name: "a generator",
    cells: ["function* g() {\n  yield 1\n  throw ⟪1⟫new Error('stop')\n}", "for (const ⟪2⟫x of g()) x"],
    fails: stop,
  },
  {
    name: "a generator's next",
    cells: ["function* g(): Generator<number> { throw ⟪1⟫new Error('stop') }", "const it = g()\nit.⟪2⟫next()"],
    fails: stop,
  },
  {
    name: "a template literal",
    cells: ["const boom = (): string => { throw ⟪1⟫new Error('stop') }", "const text = `one\ntwo ${1} ${⟪2⟫boom()}`"],
    fails: stop,
  },
  {
    name: "a tagged template",
    cells: ["const tag = (s: TemplateStringsArray) => { throw ⟪1⟫new Error('stop') }", "const t = ⟪2⟫tag`text`"],
    fails: stop,
  },
  {
    name: "a conversion to a text",
    cells: ["const o = { toString() { throw ⟪1⟫new Error('stop') } }", "const s = `${⟪2⟫o}`"],
    fails: stop,
  },
  {
    name: "an assignment to a frozen object",
    cells: ["const o = Object.freeze({ a: 1 }) as { a: number }", "o.⟪1⟫a = 2"],
    fails: { ename: "TypeError", says: "read only" },
  },
  {
    name: "an iterable that is none",
    cells: ["const n = 5 as unknown as number[]", "const [a⟪1⟫] = n"],
    fails: { ename: "TypeError", says: "iterable" },
  },
];
