// Whether a console runs a text or asks for another line: by examples, and for every place of the tables' cells at which
// a line may end.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { completeness } from "../../../kernel/language/completeness.js";
import { statementsOf } from "../../../kernel/language/statements.js";
import { missingClosers } from "../../../kernel/text/brackets.js";
import type { LanguageCase } from "./language-case.js";
import { readMarks } from "./marks.js";

/** Text and the indent of its next line. */
const incomplete: [string, string][] = [
  ["function f(s: string) {\n  return /[\"']/.test(s)", "  "],
  ["const quoted = s.replace(/'/g, ", "  "],
  ["const r = /[{]/; if (r) {", "  "],
  ["const half = a / 2 / (b", "  "],
  ["try { f() }", ""],
  ["try { f() } catch", ""],
  ["do { f() }", ""],
  ["do { f() } while", ""],
  ["if (a)", ""],
  ["if (a) f(); else", ""],
  ["for (const a of b)", ""],
  ["  const x =", "  "],
  ["const x", ""],
  ["f(1,", "  "],
  ["class A {\n  m() {", "    "],
  ["xs.map((a, b) =>", "  "],
  ["const f = async <T>(\n  a: T,\n  b?: { c:", "  "],
  ["const t = `a\n  b", "  "],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a cell
  ["const t = `a ${b", "  "],
  ["/* a comment", ""],
  ['const s = "a \\', ""],
  ["@decorated", ""],
  ["import { a }", ""],
  ["a?.", ""],
];

const complete = ["s.replace(/'/g, '')", "", "  ", "// nothing", "const a = 1", "await f()", "function f() {}", "a\n"];

const invalid = [
  ...["const = 1", "a b", "f(]", "'abc", "/abc", "}", "x y(", "f(a b", "return 1", "else {", "const t = 'a\n"],
  ...["({ a b", "1 2 (", "for (const a of) {"],
];

describe("completeness", () => {
  for (const [text, indent] of incomplete) {
    it(`of ${JSON.stringify(text)}: incomplete`, () => {
      assert.deepEqual(completeness(text), { status: "incomplete", indent });
    });
  }

  for (const [status, texts] of Object.entries({ complete, invalid })) {
    for (const text of texts) {
      it(`of ${JSON.stringify(text)}: ${status}`, () => assert.deepEqual(completeness(text), { status }));
    }
  }

  it("of whatever may be the beginning of a cell: never invalid", async () => {
    let places = 0;
    for (const cell of await cells()) {
      for (let end = 1; end < cell.length; end += 1) {
        const [before, behind] = [cell.slice(0, end), cell.slice(end)];
        if (/\w\w/.test(cell.slice(end - 1, end + 1)) || /^\s/.test(behind)) continue;
        // A line does not end here: inside a string, say.
        if (!statementsOf(`${before}\n${behind}`)) continue;
        places += 1;
        assert.notEqual(completeness(before).status, "invalid", JSON.stringify([before, behind]));
      }
    }
    assert.ok(places > 10_000, `only ${places} places`);
  });
});

describe("open brackets", () => {
  for (const [text, closers] of [
    ["f([{", "}])"],
    ["f(')', /[(]/g, `(`, /* ( */ a // (", ")"],
    ["a / (b) / (c", ")"],
    ["if (a) /}/.test(", ")"],
    ["return /[/(]\\/{/.test(", ")"],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the text of cells
    ["`a ${f(`${b}`", ")}"],
    ["`a ${b} (", ""],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the text of cells
    ["}", ""],
  ] as const) {
    it(`of ${JSON.stringify(text)}`, () => assert.equal(missingClosers(text).join(""), closers));
  }
});

/** Those of the tables that parse. */
async function cells(): Promise<string[]> {
  const folder = new URL("./cases/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const tables = await Promise.all(
    files.map(async (name) => (await import(new URL(name, folder).href)) as Record<string, LanguageCase[]>),
  );
  const cases = tables.flatMap((table) => Object.values(table).flat());
  const all = cases.flatMap((it) =>
    it.cells.map((cell) => readMarks(typeof cell === "string" ? cell : cell.code).text),
  );
  return [...new Set(all)].filter((cell) => statementsOf(cell));
}
