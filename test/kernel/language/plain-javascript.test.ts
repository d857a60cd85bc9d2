// Which cells are JavaScript as they stand, and what is put into those.
import assert from "node:assert/strict";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { readCell } from "../../../kernel/language/cell-syntax.js";
import { plainJavaScript } from "../../../kernel/language/plain-javascript.js";

const plain: [cell: string, code: string][] = [
  ["const x = 1; x", "const x = 1; $cellgrad.result = (x);"],
  ["const x = 1\nx // what it is", "const x = 1;\n$cellgrad.result = (x); // what it is"],
  ["x;", "x;"],
  ["({ a: 1 })", "$cellgrad.result = (({ a: 1 }));"],
  ["let a = 1\nconst f = () => {}\nf()", "let a = 1;\nconst f = () => {};\n$cellgrad.result = (f());"],
  [
    "for (let i = 0; i < 3; i++) console.log(i)\nfor (const x of y) x",
    "for (let i = 0; i < 3; i++) console.log(i);\nfor (const x of y) x;",
  ],
  ["do x++\nwhile (x < 3)", "do x++;\nwhile (x < 3);"],
  ["if (a) b\nelse c", "if (a) b;\nelse c;"],
  ["out: while (true) break out", "out: while (true) break out;"],
  ["function f() { return 1 }", "function f() { return 1; }"],
  ['await import("node:fs")', '$cellgrad.result = (await import("node:fs"));'],
  ["a?.b?.(c)", "$cellgrad.result = (a?.b?.(c));"],
  ["`a` // π", "$cellgrad.result = (`a`); // π"],
  ["", ""],
];

const more = [
  "let x: number",
  "f<string>(1)",
  "x as any",
  "x!",
  "const f = (a?) => a",
  "function f(this) {}",
  "declare const x",
  "declare function f()",
  "enum E { A }",
  "interface I {}",
  "type T = 1",
  "namespace N { export const a = 1 }",
  "class A { private x = 1 }",
  "const A = class { declare x }",
  "@a class A {}",
  "{ using x = y }",
  "import x from 'x'",
  "import type { X } from 'x'",
  "export const x = 1",
  "x satisfies Y",
  "a\u2028b",
  "a\rb",
];

describe("plain JavaScript", () => {
  for (const [cell, code] of plain) {
    it(`is ${JSON.stringify(cell)}`, () => {
      assert.equal(plainJavaScript(readCell(cell))?.code.trimEnd(), code);
    });
  }

  for (const cell of more) {
    it(`is not ${JSON.stringify(cell)}`, () => assert.equal(plainJavaScript(readCell(cell)), undefined));
  }

  it("has its places where they were written", () => {
    const cell = "let π = 1\r\n\r\nf(π).g()\r\nconst b = [1, 2], c = b\r\n  b.map(c => c)";
    const made = plainJavaScript(readCell(cell));
    assert.ok(made);
    const map = new TraceMap(made.map);
    for (const word of ["let", "π = 1", "f(", "π)", "g()", "b = [", "2]", "c = b", "b.map", "map", "c =>"]) {
      const lines = cell.split("\n");
      const line = lines.findIndex((text) => text.includes(word));
      const written = { line: line + 1, column: lines[line]?.indexOf(word) };
      const column = made.code.split("\n")[line]?.indexOf(word) ?? -1;
      const found = originalPositionFor(map, { line: line + 1, column });
      assert.deepEqual({ line: found.line, column: found.column }, written, word);
    }
  });
});
