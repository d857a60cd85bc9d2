// Which lines of a cell are magics, in which order they and the code between them run, and that code keeps its positions.
import assert from "node:assert/strict";
import fc from "fast-check";
import { statementsOf } from "../../../kernel/language/statements.js";
import {
  type CellReader,
  type CellStep,
  magicNameAt,
  readMagicLines,
} from "../../../kernel/session/magics/magic-lines.js";

const names = ["help", "npm", "reset", "time", "typecheck", "who"];
const reader: CellReader = { names: new Set(names), statements: statementsOf };

const magic = (name: string, argument = ""): CellStep => ({ kind: "magic", name, argument });
const inspect = (expression: string, detail: 0 | 1 = 0): CellStep => ({ kind: "inspect", expression, detail });
const code = (text: string): CellStep => ({ kind: "code", code: text, timed: false });
const timed = (text: string): CellStep => ({ kind: "code", code: text, timed: true });
const clock: CellStep = { kind: "clock" };

/** Title, cell, steps. */
const cases: [string, string, CellStep[]][] = [
  ["plain code", "const a = 1", [code("const a = 1")]],
  ["nothing", "", []],
  ["comments only", "// nothing\n", []],
  ["a magic alone", "%who", [magic("who")]],
  ["a magic with an argument", " %npm install a b@2", [magic("npm", "install a b@2")]],
  [
    "magics above code",
    "%help x\n\n%who\nconst a = 1\na",
    [magic("help", "x"), magic("who"), code("       \n\n    \nconst a = 1\na")],
  ],
  ["a comment above a magic", "// first\n%who", [magic("who")]],
  ["a block comment above a magic", "/* a\n b */\n%who", [code("/* a\n b */"), magic("who")]],
  ["a magic below code", "const q = 1\n%who", [code("const q = 1"), magic("who")]],
  [
    "magics between code",
    "a()\n%who\n%typecheck off\nb()\n  %help",
    [code("a()"), magic("who"), magic("typecheck", "off"), code("   \n    \n              \nb()"), magic("help")],
  ],
  ["an unknown name below code that can't be a remainder", "a\n%whos x", [code("a"), magic("whos", "x")]],
  ["an unknown name above code", "%whos\na", [magic("whos"), code("     \na")]],
  ["a remainder as code", "a % b", [code("a % b")]],
  ["a remainder by a name that is no magic as code", "a\n%b", [code("a\n%b")]],
  ["a remainder with a space as code", "a\n% who", [code("a\n% who")]],
  ["a number behind % as code", "%5", [code("%5")]],
  ["a line of a template as code", "const t = `\n%who\n?a\n`", [code("const t = `\n%who\n?a\n`")]],
  ["a line of a comment as code", "f()\n/*\n%who\n*/", [code("f()\n/*\n%who\n*/")]],
  ["a line within brackets as code", "f(a\n%who\n)", [code("f(a\n%who\n)")]],
  ["a line behind an operator as code", "const a =\n%who", [code("const a =\n%who")]],
  ["a line of a function as code", "function f() {\n%time g()\n}", [code("function f() {\n%time g()\n}")]],
  ["a member that may be missing as code", "interface A {\na?\n}", [code("interface A {\na?\n}")]],
  ["%time and code", "%time f(1)", [timed("      f(1)")]],
  ["%time and more lines", " %time a\nb", [timed("       a"), code("        \nb")]],
  [
    "%time and a statement of many lines",
    "%time f(\n1)\n .g\nb",
    [timed("      f(\n1)\n .g"), code("        \n  \n   \nb")],
  ],
  [
    "%time and statements on one line",
    "%time a; b(\n); c\nd",
    [timed("      a; b(\n); c"), code("           \n    \nd")],
  ],
  ["%time below code", "a\n%time b\n%who", [code("a"), timed(" \n      b"), magic("who")]],
  ["%time before what can't be read", "%time f(\nb", [timed("      f(\nb")]],
  ["%time before a bracket", "%time(f())", [timed("     (f())")]],
  ["%%time", "%%time\nf()\ng()", [clock, code("      \nf()\ng()")]],
  [
    "%time between magics",
    "%who\n%time\n%help\nx",
    [magic("who"), clock, magic("help"), code("    \n     \n     \nx")],
  ],
  ["a name that begins with time", "%timeit x", [magic("timeit", "x")]],
  ["?name", "?a", [inspect("a")]],
  ["? name.member;", "? ml.fit;", [inspect("ml.fit")]],
  ["??name", "??a", [inspect("a", 1)]],
  ["name?", "ml.fit?", [inspect("ml.fit")]],
  ["name??", "a??\n", [inspect("a", 1)]],
  ["?name above code", "?a\na", [inspect("a"), code("  \na")]],
  ["?name and name? below code", "a\n?a\na??", [code("a"), inspect("a"), inspect("a", 1)]],
  ["name? above code", "a?\nconst b = 1", [inspect("a"), code("  \nconst b = 1")]],
  ["name? above a magic", "const q = 1\nq?\n%who", [code("const q = 1"), inspect("q"), magic("who")]],
  ["a conditional that begins with name? as code", "ready?\n 1 : 2", [code("ready?\n 1 : 2")]],
  ["a conditional below its condition as code", "const c = a\n? b\n: d\n", [code("const c = a\n? b\n: d\n")]],
  ["a conditional above a magic as code", "const c = a\n? b\n: d\n%who", [code("const c = a\n? b\n: d"), magic("who")]],
  ["a nullish operator at a line's end as code", "a ??\n b", [code("a ??\n b")]],
  ["a nullish operator at a line's start as code", "const c = a\n?? b", [code("const c = a\n?? b")]],
  ["a name with letters from elsewhere", "größe$?", [inspect("größe$")]],
  ["an expression that is no name as code", "?f(1)", [code("?f(1)")]],
  ["Windows line ends", "%who\r\na\r\n%help\r", [magic("who"), code("    \r\na\r"), magic("help")]],
];

describe("magic lines", () => {
  for (const [title, cell, steps] of cases) {
    it(`reads ${title}`, () => assert.deepEqual(readMagicLines(cell, reader).steps, steps));
  }

  it("leaves the names that are asked for where completion looks", () => {
    const textOf = (cell: string): string => readMagicLines(cell, reader).text;
    assert.equal(textOf("?ml.fit"), " ml.fit");
    assert.equal(textOf("%who\nml.fit??"), "    \nml.fit  ");
    assert.equal(textOf("%time ml.fit"), "      ml.fit");
    assert.equal(textOf("const a = 1\n%who\na?"), "const a = 1\n    \na ");
  });

  it("never moves anything, and runs every line of code once", () => {
    const line = fc.constantFrom(
      ...[
        "%who",
        "%%time",
        "%time f()",
        "?a",
        "a?",
        "// c",
        "",
        "🙂 = 1",
        "  x\r",
        "%é",
        "f()",
        "const q = [",
        "]",
        "`",
      ],
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const cell = lines.join("\n");
        const { code: blanked, text, steps } = readMagicLines(cell, reader);
        for (const result of [blanked, text]) {
          assert.equal(result.length, cell.length);
          for (let at = 0; at < cell.length; at += 1) assert.ok(result[at] === " " || result[at] === cell[at]);
        }
        const parts = steps.flatMap((step) => (step.kind === "code" ? [step.code] : []));
        for (let at = 0; at < cell.length; at += 1) {
          const here = parts.filter((part) => /\S/.test(part[at] ?? " "));
          const isCode = /\S/.test(blanked[at] ?? " ") && !/^\s*\/\//.test(lineAt(blanked, at));
          assert.ok(here.length <= 1 && (here.length === 1 || !isCode), JSON.stringify([cell, at, parts]));
        }
      }),
    );
  });

  it("finds the name of a magic that is being typed", () => {
    const at = (cell: string, offset: number) => magicNameAt(cell, offset, reader);
    assert.deepEqual(at("%ty", 3), { prefix: "ty", start: 1 });
    assert.deepEqual(at("%", 1), { prefix: "", start: 1 });
    assert.deepEqual(at("%who\n  %%ti\nx", 11), { prefix: "ti", start: 9 });
    assert.deepEqual(at("a\n%w", 4), { prefix: "w", start: 3 });
    assert.equal(at("a\n%b", 4), undefined);
    assert.equal(at("f(a\n%w", 6), undefined);
    assert.equal(at("%npm i", 6), undefined);
    assert.equal(at("a %b", 4), undefined);
  });
});

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  return text.slice(start, end < 0 ? text.length : end);
}
