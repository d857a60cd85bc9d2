// Enums and namespaces: values as well as types, merged within a cell, replaced by a later one.
import type { LanguageCase } from "../language-case.js";

export const enumsAndNamespaces: LanguageCase[] = [
  {
    name: "an enum",
    cells: ["enum Color { Red, Green = 'g', Blue = 4 }", "[Color.Red, Color.Green, Color[4]]"],
    shows: "[ 0, 'g', 'Blue' ]",
  },
  { name: "an enum member is a cell's result", cells: ["enum Color { Red, Green }; Color.Green"], shows: "1" },
  {
    name: "an enum as a type in a later cell",
    cells: ["enum Color { Red, Green }", "function show(c: Color): string { return Color[c] } show(Color.Green)"],
    shows: "'Green'",
  },
  {
    name: "an enum declared again forgets its members",
    cells: ["enum E { A, B }", "enum E { C }", "E"],
    shows: "{ '0': 'C', C: 0 }",
  },
  {
    name: "an enum run again is the same",
    cells: ["enum E { A }", "enum E { A }", "Object.keys(E).length"],
    shows: "2",
  },
  {
    name: "an enum in two parts of one cell",
    cells: ["enum E { A = 1 } enum E { B = 2 }", "[E.A, E.B]"],
    shows: "[ 1, 2 ]",
  },
  {
    name: "an enum with computed members",
    cells: ["const base = 8; enum E { A = 1 << 2, B = A | 1, C = 'abc'.length }", "[E.A, E.B, E.C]"],
    shows: "[ 4, 5, 3 ]",
  },
  {
    name: "a const enum in its own cell",
    cells: ["const enum Flag { On = 'on', Off = 'off' }; [Flag.On, Flag.Off]"],
    shows: "[ 'on', 'off' ]",
  },
  {
    name: "a const enum in a later cell",
    cells: ["const enum Flag { On = 'on', Off = 'off' }", "const f: Flag = Flag.On; f"],
    shows: "'on'",
  },
  {
    name: "an enum's exhaustive switch",
    cells: [
      "enum S { A, B }",
      "function name(s: S): string { switch (s) { case S.A: return 'a'; case S.B: return 'b' } }",
      "name(S.B)",
    ],
    shows: "'b'",
  },
  {
    name: "a namespace",
    cells: [
      "namespace Geo { export const earth = 6371; export function km(m: number) { return m / 1000 } const hidden = 1 }",
      "[Geo.earth, Geo.km(5000)]",
    ],
    shows: "[ 6371, 5 ]",
  },
  {
    name: "a namespace's types",
    cells: [
      "namespace Geo { export interface Point { x: number } export type Line = [Point, Point] }",
      "const l: Geo.Line = [{ x: 1 }, { x: 2 }]; l[1].x",
    ],
    shows: "2",
  },
  {
    name: "a namespace of types only is no value",
    cells: ["namespace Types { export type A = string }", "⟪1⟫Types"],
    fails: { ename: "TypeScriptError", says: "TS2708" },
  },
  { name: "a nested namespace", cells: ["namespace A.B.C { export const deep = 1 }", "A.B.C.deep"], shows: "1" },
  {
    name: "a namespace in two parts of one cell",
    cells: ["namespace N { export const a = 1 } namespace N { export const b = a + 1 }", "N.b"],
    shows: "2",
  },
  {
    name: "a namespace declared again is replaced",
    cells: ["namespace N { export const a = 1 }", "namespace N { export const b = 2 }", "N"],
    shows: "{ b: 2 }",
  },
  {
    name: "a namespace's function follows its variable",
    cells: ["namespace N { export let n = 1; export const get = () => n }", "N.n = 5; N.get()"],
    shows: "5",
  },
  {
    name: "a namespace reads a variable of an earlier cell",
    cells: ["let base = 1", "namespace N { export const f = () => base }", "base = 4; N.f()"],
    shows: "4",
  },
  {
    name: "a function merges with a namespace",
    cells: ["function f() { return f.n } namespace f { export let n = 3 }", "f()"],
    shows: "3",
  },
  {
    name: "an import alias of a namespace's member",
    cells: [
      "namespace A { export namespace B { export const x = 1; export type T = number } }",
      "import X = A.B",
      "const t: X.T = X.x; t",
    ],
    shows: "1",
  },
];
