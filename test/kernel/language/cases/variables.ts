// let, const and var: declared, read, assigned and declared again across cells.
import type { LanguageCase } from "../language-case.js";

export const variables: LanguageCase[] = [
  { name: "a let is read by a later cell", cells: ["let a = 1", "a"], shows: "1" },
  { name: "a const is read by a later cell", cells: ["const a = 1", "a + 1"], shows: "2" },
  { name: "a var is read by a later cell", cells: ["var a = 1", "a"], shows: "1" },
  {
    name: "several declarators in one statement",
    cells: ["let a = 1, b = a + 1, c = b * 3", "[a, b, c]"],
    shows: "[ 1, 2, 6 ]",
  },
  { name: "a let is assigned by a later cell", cells: ["let a = 1", "a = 5", "a"], shows: "5" },
  { name: "a var is assigned by a later cell", cells: ["var a = 1", "a += 5", "a"], shows: "6" },
  {
    name: "every kind of update reaches the variable",
    cells: ["let a = 8", "a++; --a; a **= 2; a >>= 1; a ||= 7; a &&= a + 1; a", "a"],
    shows: "33",
  },
  {
    name: "?? = assigns only what is missing",
    cells: ["let a: number | null = null", "a ??= 4; a ??= 5", "a"],
    shows: "4",
  },
  { name: "the value of an assignment is the result", cells: ["let a = 1", "a = 7"], shows: "7" },
  { name: "the value of a postfix update is the old one", cells: ["let a = 1", "a++"], shows: "1" },
  {
    name: "a const of an earlier cell cannot be assigned",
    cells: ["const a = 1", "⟪1⟫a = 2"],
    fails: { ename: "TypeScriptError", says: "TS2588" },
  },
  { name: "a const can be declared again", cells: ["const a = 1", "const a = 2", "a"], shows: "2" },
  {
    name: "a let without a value is undefined",
    cells: ["let a: number | undefined", "a === undefined"],
    shows: "true",
  },
  {
    name: "a let without a value is reset when its cell runs again",
    cells: ["let a: number | undefined", "a = 3", "let a: number | undefined", "a === undefined"],
    shows: "true",
  },
  {
    name: "a let annotated wider keeps the wider type",
    cells: ["let a: string | number = 1", "a = 'x'", "a"],
    shows: "'x'",
  },
  {
    name: "a let of another type cannot be assigned",
    cells: ["let a = 1", "⟪1⟫a = 'x'"],
    fails: { ename: "TypeScriptError", says: "TS2322" },
  },
  {
    name: "a let narrowed by its value is wide in the next cell",
    cells: ["let a: string | number = 1", "typeof a === 'number' ? a : a.length"],
    shows: "1",
  },
  { name: "a const literal keeps its literal type", cells: ["const a = 'x'", "const b: 'x' = a; b"], shows: "'x'" },
  {
    name: "as const survives",
    cells: ["const a = [1, 'x'] as const", "const b: readonly [1, 'x'] = a; b.length"],
    shows: "2",
  },
  {
    name: "satisfies keeps the narrow type",
    cells: ["const a = { k: 1 } satisfies Record<string, number>", "a.k"],
    shows: "1",
  },
  { name: "a definite assignment assertion", cells: ["let a!: number; a = 4", "a"], shows: "4" },
  {
    name: "declare creates no value, only a type",
    cells: ["declare const a: number", "typeof a"],
    shows: "'undefined'",
  },
  { name: "var in a block belongs to the cell", cells: ["{ var a = 4 }", "a"], shows: "4" },
  {
    name: "var in an if that does not run is undefined",
    cells: ["if (1 > 2) { var a = 4 }", "a === undefined"],
    shows: "true",
  },
  { name: "var in a loop head", cells: ["for (var i = 0; i < 3; i++) {}", "i"], shows: "3" },
  { name: "var in a for-of head", cells: ["for (var x of [1, 2]) {}", "x"], shows: "2" },
  { name: "var in a for-in head", cells: ["for (var k in { p: 1, q: 2 }) {}", "k"], shows: "'q'" },
  {
    name: "var in try, catch and finally",
    cells: ["try { var a = 1; throw 0 } catch { var b = 2 } finally { var c = 3 }", "[a, b, c]"],
    shows: "[ 1, 2, 3 ]",
  },
  {
    name: "var in a switch",
    cells: ["switch (1 as number) { case 1: var a = 'one'; break; default: var a = 'other' }", "a"],
    shows: "'one'",
  },
  { name: "var declared twice in a cell", cells: ["var a = 1; var a = 2", "a"], shows: "2" },
  { name: "let in a block stays there", cells: ["let a = 1; { let a = 2; a }", "a"], shows: "1" },
  {
    name: "let in a loop stays there",
    cells: ["for (let q = 0; q < 3; q++) {}", "⟪1⟫q"],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'q'" },
  },
  { name: "a parameter hides the variable", cells: ["let a = 1", "((a: number) => a * 2)(10)"], shows: "20" },
  {
    name: "a catch parameter hides the variable",
    cells: ["let e = 1", "try { throw 2 } catch (e) { e = 3 } e"],
    shows: "1",
  },
  {
    name: "a local let hides the variable in a function",
    cells: ["let a = 1", "function f() { let a = 5; a++; return a } f() + a"],
    shows: "7",
  },
  {
    name: "a block's function hides nothing outside",
    cells: ["let g = 1", "{ function g() { return 2 } g() } g"],
    shows: "1",
  },
  { name: "delete of a member", cells: ["const o: { a?: number } = { a: 1 }", "delete o.a; o"], shows: "{}" },
  {
    name: "typeof a variable and of an unknown name",
    cells: ["let a = 1", "[typeof a, typeof ⟪1⟫nowhere]"],
    fails: { ename: "TypeScriptError", says: "TS2304: Cannot find name 'nowhere'." },
  },
  {
    name: "a global of Node is not taken over by reading it",
    cells: ["globalThis.constructor === Object && process.pid > 0"],
    shows: "true",
  },
  {
    name: "a property of globalThis is not a variable of the cells",
    cells: ["(globalThis as { zz?: number }).zz = 4; var zz = 9", "[(globalThis as { zz?: number }).zz, zz]"],
    shows: "[ 4, 9 ]",
  },
];
