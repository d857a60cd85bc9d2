// Which lines of a cell are magics, and that what stays keeps its positions.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type MagicStep, magicNameAt, readMagicHead } from "../../../kernel/session/magics/magic-head.js";

const magic = (name: string, argument = ""): MagicStep => ({ kind: "magic", name, argument });
const inspect = (expression: string, detail: 0 | 1 = 0): MagicStep => ({ kind: "inspect", expression, detail });

/** Title, cell, steps, code that stays, whether it is timed. */
const cases: [string, string, MagicStep[], string, boolean?][] = [
  ["plain code", "const a = 1", [], "const a = 1"],
  ["nothing", "", [], ""],
  ["a magic alone", "%who", [magic("who")], "    "],
  ["a magic with an argument", " %npm install a b@2", [magic("npm", "install a b@2")], " ".repeat(19)],
  [
    "magics above code",
    "%help x\n\n%who\nconst a = 1\na",
    [magic("help", "x"), magic("who")],
    "       \n\n    \nconst a = 1\na",
  ],
  ["a comment above a magic", "// first\n%who", [magic("who")], "// first\n    "],
  ["a magic below code as code", "a\n%who", [], "a\n%who"],
  ["a remainder as code", "a % b", [], "a % b"],
  ["a number behind % as code", "%5", [], "%5"],
  ["%time and code", "%time f(1)", [], "      f(1)", true],
  ["%time and more lines", " %time a\nb", [], "       a\nb", true],
  ["%time before a bracket", "%time(f())", [], "     (f())", true],
  ["%%time", "%%time\nf()", [], "      \nf()", true],
  ["%time between magics", "%who\n%time\n%help\nx", [magic("who"), magic("help")], "    \n     \n     \nx", true],
  ["a name that begins with time", "%timeit x", [magic("timeit", "x")], "         "],
  ["?name", "?a", [inspect("a")], "  "],
  ["? name.member;", "? ml.fit;", [inspect("ml.fit")], "         "],
  ["??name", "??a", [inspect("a", 1)], "   "],
  ["name?", "ml.fit?", [inspect("ml.fit")], "       "],
  ["name??", "a??\n", [inspect("a", 1)], "   \n"],
  ["?name above code", "?a\na", [inspect("a")], "  \na"],
  ["a conditional that begins with name? as code", "ready?\n 1 : 2", [], "ready?\n 1 : 2"],
  ["a nullish operator at a line's end as code", "a ??\n b", [], "a ??\n b"],
  ["a name with letters from elsewhere", "größe$?", [inspect("größe$")], "       "],
  ["an expression that is no name as code", "?f(1)", [], "?f(1)"],
  ["Windows line ends", "%who\r\na", [magic("who")], "    \r\na"],
];

describe("magic head", () => {
  for (const [title, cell, steps, code, timed = false] of cases) {
    it(`reads ${title}`, () => {
      const head = readMagicHead(cell);
      assert.deepEqual([head.steps, head.code, head.timed], [steps, code, timed]);
    });
  }

  it("leaves the names that are asked for where completion looks", () => {
    assert.equal(readMagicHead("?ml.fit").text, " ml.fit");
    assert.equal(readMagicHead("%who\nml.fit??").text, "    \nml.fit  ");
    assert.equal(readMagicHead("%time ml.fit").text, "      ml.fit");
  });

  it("never moves anything", () => {
    const line = fc.constantFrom("%who", "%%time", "%time f()", "?a", "a?", "// c", "", "🙂 = 1", "  x\r", "%é");
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const cell = lines.join("\n");
        const { code, text } = readMagicHead(cell);
        for (const result of [code, text]) {
          assert.equal(result.length, cell.length);
          for (let at = 0; at < cell.length; at += 1) assert.ok(result[at] === " " || result[at] === cell[at]);
        }
      }),
    );
  });

  it("finds the name of a magic that is being typed", () => {
    assert.deepEqual(magicNameAt("%ty", 3), { prefix: "ty", start: 1 });
    assert.deepEqual(magicNameAt("%", 1), { prefix: "", start: 1 });
    assert.deepEqual(magicNameAt("%who\n  %%ti\nx", 11), { prefix: "ti", start: 9 });
    assert.equal(magicNameAt("a\n%b", 4), undefined);
    assert.equal(magicNameAt("%npm i", 6), undefined);
    assert.equal(magicNameAt("a %b", 4), undefined);
  });
});
