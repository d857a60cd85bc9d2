// Type errors stop a cell before it runs, with TypeScript's number and the right place; %typecheck and tsconfig.json.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

const typeError = (says: string, ...traceback: string[]) => ({
  ename: "TypeScriptError",
  says,
  ...(traceback.length ? { traceback } : {}),
});

export const typeErrors: LanguageCase[] = [
  {
    name: "nothing of the cell runs",
    cells: [
      "let ran = false",
      {
        code: "ran = true\nconst ⟪1⟫n: number = 'x'",
        fails: typeError("TS2322: Type 'string' is not assignable to type 'number'."),
      },
      "ran",
    ],
    shows: "false",
  },
  {
    name: "the line is marked in a code frame",
    cells: ["const a = 1\nconst b = 2\n  a.⟪1⟫lenght\nconst c = 3"],
    fails: typeError("TS2339", "> 3 |   a.lenght", "    |     ^^^^^^"),
  },
  {
    name: "every error of the cell",
    cells: ["const a: number = 'x'\nconst b: string = 1"],
    fails: typeError("TS2322", "line 1:7", "line 2:7"),
  },
  {
    name: "many errors are cut short",
    cells: [Array.from({ length: 14 }, (_, i) => `const v${i}: number = 'x'`).join("\n")],
    fails: typeError("TS2322", "… and 4 more"),
  },
  {
    name: "an error with a chain of reasons",
    cells: ["const o: { a: { b: number } } = { a: {} as { b: string } }"],
    fails: typeError("TS2322", "Types of property 'b' are incompatible"),
  },
  {
    name: "the wrong argument in a later cell",
    cells: ["function area(w: number, h: number) { return w * h }", "area(2, ⟪1⟫'3')"],
    fails: typeError("TS2345: Argument of type 'string' is not assignable to parameter of type 'number'."),
  },
  {
    name: "a missing argument",
    cells: ["function area(w: number, h: number) { return w * h }", "⟪1⟫area(2)"],
    fails: typeError("TS2554: Expected 2 arguments, but got 1."),
  },
  {
    name: "strict null checks",
    cells: ["const m = new Map([['a', 1]])", "⟪1⟫m.get('a') + 1"],
    fails: typeError("TS2532"),
  },
  { name: "an implicit any", cells: ["const f = (⟪1⟫x) => x"], fails: typeError("TS7006") },
  { name: "unknown in a catch", cells: ["try { throw 1 } catch (e) { ⟪1⟫e.message }"], fails: typeError("TS18046") },
  { name: "an unknown name, with a near one", cells: ["const velocity = 1", "⟪1⟫velocty"], fails: typeError("TS2304") },
  {
    name: "an unknown member, with a near one",
    cells: ["[].⟪1⟫lenght"],
    fails: typeError("TS2551", "Did you mean 'length'?", "line 1:4"),
  },
  { name: "a wrong type of tf", cells: ["tf.tensor([1], ⟪1⟫'shape')"], fails: typeError("TS2345") },
  {
    name: "an unused name is no error",
    cells: ["const unused = 1; import { sep } from 'node:path'; function f(a: number) {}"],
  },
  { name: "unreachable code is no error", cells: ["function f() { return 1; console.log() } f()"], shows: "1" },
  {
    name: "types of an error name no helper of the kernel",
    cells: ["class Net { layers = 1 }", "const ⟪1⟫n: Net = 5"],
    fails: typeError("TS2322: Type 'number' is not assignable to type 'Net'."),
  },
  {
    name: "tensors are named as users know them",
    cells: ["const t = tf.tensor([1])", "const ⟪1⟫n: number = t"],
    fails: typeError("Type 'Tensor<Rank>' is not assignable to type 'number'"),
  },
  {
    name: "a comment that expects an error",
    cells: ["// @ts-expect-error it is meant so\nconst n: number = 'x'; n"],
    shows: "'x'",
  },
  {
    name: "a comment that expects an error in vain",
    cells: ["⟪1⟫// @ts-expect-error nothing is wrong\nconst n: number = 1"],
    fails: typeError("TS2578"),
  },
  { name: "a comment that ignores errors", cells: ["// @ts-ignore\nconst n: number = 'x'; n"], shows: "'x'" },
  { name: "@ts-nocheck for a cell", cells: ["// @ts-nocheck\nconst n: number = 'x'; n"], shows: "'x'" },
  {
    name: "a line in the middle of a long cell",
    cells: [`${"// filler\n".repeat(40)}const ⟪1⟫n: number = 'x'\n${"// filler\n".repeat(40)}`],
    fails: typeError("TS2322", "> 41 |"),
  },
  {
    name: "windows line ends do not move the line",
    cells: ["const a = 1\r\n\r\n  const ⟪1⟫n: number = 'x'\r\n"],
    fails: typeError("TS2322"),
  },
  {
    name: "astral characters before the column",
    cells: ["const s = '🚀🚀', ⟪1⟫n: number = s"],
    fails: typeError("TS2322"),
  },
  { name: "tabs before the column", cells: ["{\n\t\tconst ⟪1⟫n: number = 'x'\n}"], fails: typeError("TS2322") },
  {
    name: "%typecheck off lets a cell run",
    cells: [
      { code: "const n: number = 'x'", fails: typeError("TS2322") },
      "%typecheck off",
      "const n: number = 'x'; const m = n as unknown",
      "%typecheck on",
      "m",
    ],
    shows: "'x'",
  },
  {
    name: "%typecheck off still refuses bad syntax",
    cells: ["%typecheck off", { code: "const = 1", fails: { ename: "SyntaxError" } }, "%typecheck on", "1"],
    shows: "1",
  },
  {
    name: "without checks a function may name a later variable",
    cells: ["%typecheck off", "function f() { return later * 2 }", "const later = 21", "%typecheck on", "f()"],
    shows: "42",
  },
  {
    name: "without checks a missing name fails when it is read",
    cells: [
      "%typecheck off",
      { code: "missing + 1", fails: { ename: "ReferenceError", says: "missing is not defined" } },
      "typeof missing",
      "%typecheck on",
    ],
  },
];

export const syntaxErrors: LanguageCase[] = [
  { name: "a missing value", cells: ["let a = ⟪1⟫;"], fails: { ename: "SyntaxError", says: "Expression expected" } },
  { name: "an open bracket", cells: ["const f = (1 + 2⟪1⟫"], fails: { ename: "SyntaxError", says: "')' expected" } },
  {
    name: "an open text",
    cells: ["const s = 'abc⟪1⟫"],
    fails: { ename: "SyntaxError", says: "Unterminated string literal" },
  },
  {
    name: "on a later line",
    cells: ["const a = 1\nif (a ⟪1⟫{ }"],
    fails: { ename: "SyntaxError" },
  },
  { name: "return outside a function", cells: ["⟪1⟫return 1"], fails: { ename: "SyntaxError", says: "TS1108" } },
  { name: "break outside a loop", cells: ["⟪1⟫break"], fails: { ename: "TypeScriptError", says: "TS1105" } },
  { name: "a reserved word as a name", cells: ["let class = 1"], fails: { ename: "SyntaxError" } },
  {
    name: "a label that is not there",
    cells: ["for (;;) { ⟪1⟫break nowhere }"],
    fails: { ename: "TypeScriptError", says: "TS1116" },
  },
  { name: "with is not for modules", cells: ["with ({ a: 1 }) { }"], fails: { ename: "TypeScriptError" } },
  {
    name: "an unterminated template",
    cells: ["`abc ${1}"],
    fails: { ename: "SyntaxError", says: "Unterminated template literal" },
  },
  { name: "a bad regular expression", cells: ["/(/"], fails: { ename: "TypeScriptError" } },
  {
    name: "an await in the wrong place",
    cells: ["const f = () => { ⟪1⟫await 1 }"],
    fails: { ename: "SyntaxError", says: "await" },
  },
];
