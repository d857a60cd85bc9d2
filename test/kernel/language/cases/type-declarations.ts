// What TypeScript adds: enums, const enums, interfaces, type aliases, namespaces, merging, and types that travel between cells.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

export const typeDeclarations: LanguageCase[] = [
  {
    name: "a type alias in a later cell",
    cells: ["type Pair<T> = readonly [T, T]", "const p: Pair<number> = [1, 2]; p[1]"],
    shows: "2",
  },
  { name: "a type alias shows nothing", cells: ["type A = string"] },
  {
    name: "a recursive type",
    cells: [
      "type Tree = number | Tree[]",
      "const sum = (t: Tree): number => (typeof t === 'number' ? t : t.reduce<number>((a, b) => a + sum(b), 0))",
      "sum([1, [2, [3]]])",
    ],
    shows: "6",
  },
  {
    name: "conditional and mapped types",
    cells: [
      "type Getters<T> = { [K in keyof T & string as `get${Capitalize<K>}`]: () => T[K] }",
      "const g: Getters<{ size: number }> = { getSize: () => 3 }; g.getSize()",
    ],
    shows: "3",
  },
  {
    name: "a type that refers to a value",
    cells: [
      "const config = { depth: 3, name: 'x' }; type Config = typeof config",
      "const c: Config = { depth: 4, name: 'y' }; c.depth",
    ],
    shows: "4",
  },
  { name: "a type declared again", cells: ["type A = string", "type A = number", "const a: A = 1; a"], shows: "1" },
  {
    name: "a function keeps the type its text had",
    cells: ["type A = string; function f(a: A) { return a.length }", "type A = number", "f('abc')"],
    shows: "3",
  },
  {
    name: "an interface in a later cell",
    cells: ["interface Named { name: string }", "const n: Named = { name: 'x' }; n.name"],
    shows: "'x'",
  },
  {
    name: "interfaces merge within a cell",
    cells: ["interface A { x: number } interface A { y: number }", "const a: A = { x: 1, y: 2 }; a.x + a.y"],
    shows: "3",
  },
  {
    name: "an interface declared again is replaced, not merged",
    cells: ["interface A { x: number }", "interface A { y: number }", "const a: A = { y: 2 }; a.y"],
    shows: "2",
  },
  {
    name: "an interface extends one of an earlier cell",
    cells: ["interface A { x: number }", "interface B extends A { y: number }", "const b: B = { x: 1, y: 2 }; b"],
    shows: "{ x: 1, y: 2 }",
  },
  {
    name: "an interface that lacks a member",
    cells: ["interface A { x: number }", "const ⟪1⟫a: A = {}"],
    fails: { ename: "TypeScriptError", says: "TS2741" },
  },
  {
    name: "a type and a value of one name",
    cells: [
      "type Unit = 'm' | 'km'; const Unit = { all: ['m', 'km'] as Unit[] }",
      "const u: Unit = 'km'; Unit.all.indexOf(u)",
    ],
    shows: "1",
  },
  {
    name: "a value declared in a later cell leaves no type behind",
    cells: ["type T = string", "const T = 1", "T + 1"],
    shows: "2",
  },
  {
    name: "declare global adds to a global type",
    cells: [
      "declare global { interface Array<T> { last(): T | undefined } }\nArray.prototype.last = function () { return this.at(-1) }; [1, 2].last()",
    ],
    shows: "2",
  },
  {
    name: "a type of an import travels",
    cells: [
      "import { EventEmitter } from 'node:events'",
      "type E = EventEmitter; const e: E = new EventEmitter(); e.listenerCount('x')",
    ],
    shows: "0",
  },
  {
    name: "a unique symbol as key",
    cells: ["const key = Symbol('key'); interface K { [key]: number }", "const k: K = { [key]: 3 }; k[key]"],
    shows: "3",
  },
  {
    name: "a type error in a generic's argument",
    cells: ["type Num<T extends number> = T", "let x: Num<⟪1⟫'a'>"],
    fails: { ename: "TypeScriptError", says: "TS2344" },
  },
  {
    name: "a value of an anonymous object type",
    cells: ["const make = () => { class Hidden { n = 3 } return new Hidden() }; const h = make()", "h.n + make().n"],
    shows: "6",
  },
  {
    name: "an inferred type of a class and a generic function",
    cells: [
      "class Row { id = 1 } const rows = [new Row()]; const byId = new Map(rows.map((r) => [r.id, r]))",
      "byId.get(1)?.id",
    ],
    shows: "1",
  },
];
