// Which lines of a cell are magics, and that what stays keeps its positions.
import assert from "node:assert/strict";
import { type MagicHead, readMagicHead } from "../../../kernel/session/magics/magic-head.js";

const magic = (name: string, argument = "") => ({ kind: "magic" as const, name, argument });
const inspect = (expression: string, detail: 0 | 1 = 0) => ({ kind: "inspect" as const, expression, detail });

const cases: [string, string, MagicHead][] = [
  ["plain code", "const a = 1", { steps: [], code: "const a = 1", timed: false }],
  ["nothing", "", { steps: [], code: "", timed: false }],
  ["a magic alone", "%who", { steps: [magic("who")], code: "", timed: false }],
  [
    "a magic with an argument",
    "  %npm install a b@2",
    { steps: [magic("npm", "install a b@2")], code: "", timed: false },
  ],
  [
    "magics above code",
    "%typecheck off\n\n%who\nconst a = 1\na",
    { steps: [magic("typecheck", "off"), magic("who")], code: "\n\n\nconst a = 1\na", timed: false },
  ],
  ["a comment above a magic", "// first\n%who", { steps: [magic("who")], code: "// first\n", timed: false }],
  ["a magic below code is code", "a\n%who", { steps: [], code: "a\n%who", timed: false }],
  ["a remainder", "a % b", { steps: [], code: "a % b", timed: false }],
  ["a number behind %", "%5", { steps: [], code: "%5", timed: false }],
  ["%time and code", "%time f(1)", { steps: [], code: "      f(1)", timed: true }],
  ["%time and more lines", " %time a\nb", { steps: [], code: "       a\nb", timed: true }],
  ["%%time", "%%time\nf()", { steps: [], code: "      \nf()", timed: true }],
  [
    "%time between magics",
    "%who\n%time\n%help\nx",
    { steps: [magic("who"), magic("help")], code: "\n     \n\nx", timed: true },
  ],
  ["a name that begins with time", "%timeit x", { steps: [magic("timeit", "x")], code: "", timed: false }],
  ["?name", "?a", { steps: [inspect("a")], code: "", timed: false }],
  ["? name.member;", "? ml.fit;", { steps: [inspect("ml.fit")], code: "", timed: false }],
  ["??name", "??a", { steps: [inspect("a", 1)], code: "", timed: false }],
  ["name?", "ml.fit?", { steps: [inspect("ml.fit")], code: "", timed: false }],
  ["name??", "a??\n", { steps: [inspect("a", 1)], code: "\n", timed: false }],
  ["?name above code", "?a\na", { steps: [inspect("a")], code: "\na", timed: false }],
  ["a conditional that begins with name?", "ready?\n 1 : 2", { steps: [], code: "ready?\n 1 : 2", timed: false }],
  ["a nullish operator at a line's end", "a ??\n b", { steps: [], code: "a ??\n b", timed: false }],
  ["a name with letters from elsewhere", "größe$?", { steps: [inspect("größe$")], code: "", timed: false }],
  ["an expression that is no name", "?f(1)", { steps: [], code: "?f(1)", timed: false }],
  ["Windows line ends", "%who\r\na", { steps: [magic("who")], code: "\na", timed: false }],
];

describe("magic head", () => {
  for (const [title, cell, expected] of cases) {
    it(`reads ${title}`, () => assert.deepEqual(readMagicHead(cell), expected));
  }

  it("keeps the number of lines, and the columns of what stays", () => {
    const cell = "%who\n?x\n%time   first()\nsecond()";
    const { code } = readMagicHead(cell);
    assert.deepEqual(
      code.split("\n").map((line) => line.search(/\S/)),
      [-1, -1, 8, 0],
    );
  });
});
