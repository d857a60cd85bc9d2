// Messages of the engine quote the code that runs; what is shown quotes what was written.
import type { LanguageCase } from "../language-case.js";

const says = (name: string, code: string, message: string): LanguageCase => ({
  name,
  cells: ["const q: any = 4, u: any = undefined, o: any = { v: 1 }, größe: any = 1; class K { v: any = 2 }", code],
  fails: { ename: "TypeError", says: message },
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a cell
const noBrackets = "ok([')', `(${yes(')')}`, /[)]/.test('(')].every(yes) /* ) */)";

/** What `assert` says of a call without a message. */
const asserts = (name: string, code: string, call: string): LanguageCase => ({
  name,
  cells: [
    "import assert from 'node:assert/strict'; import { ok } from 'node:assert'; const n: number = 3, yes = (x: any) => !x",
    code,
  ],
  fails: { ename: "AssertionError", says: `The expression evaluated to a falsy value:\n\n  ${call}\n` },
});

export const messages: LanguageCase[] = [
  asserts("an assertion", "assert.⟪1⟫ok(n > 4)", "assert.ok(n > 4)"),
  asserts("an assertion by its plain name", "⟪1⟫assert(n === 4 as number)", "assert(n === 4 as number)"),
  asserts("an assertion by its imported name", "if (n) ⟪1⟫ok(yes(n)); n", "ok(yes(n))"),
  asserts("an assertion of 0", "assert.⟪1⟫ok(n - 3)", "assert.ok(n - 3)"),
  asserts("an assertion with brackets that are none", `assert.⟪1⟫${noBrackets}`, `assert.${noBrackets}`),
  asserts(
    "an assertion of several lines",
    "assert.⟪1⟫ok(\n  n // ) is no end\n  > 4,\n)",
    "assert.ok(\n    n // ) is no end\n    > 4,\n  )",
  ),
  {
    name: "an error whose properties throw when they are read",
    cells: [
      "const bad = ⟪1⟫new Error('seen'); for (const name of ['code', 'operator', 'expected']) Object.defineProperty(bad, name, { get() { throw 1 } }); throw bad",
    ],
    fails: { ename: "Error", says: "seen" },
  },
  {
    name: "an assertion with a message of its own",
    cells: ["import assert from 'node:assert'; assert.⟪1⟫ok(false, 'no luck')"],
    fails: { ename: "AssertionError", says: "no luck" },
  },
  {
    name: "an assertion in a local file",
    files: {
      "tests.ts": "import assert from 'node:assert'\nexport const run = (n: number) => { assert.⟪1⟫ok(n > 4) }",
    },
    cells: ["import { run } from './tests'", "⟪2⟫run(3)"],
    fails: { ename: "AssertionError", says: "The expression evaluated to a falsy value:\n\n  assert.ok(n > 4)\n" },
  },
  says("a variable that is no function", "⟪1⟫q()", "q is not a function"),
  says("a variable that is no constructor", "⟪1⟫new q()", "q is not a constructor"),
  says("a variable that is no tag", "⟪1⟫q`x`", "q is not a function"),
  says("a member that is no function", "o.⟪1⟫go()", "o.go is not a function"),
  says("a member v that is no function", "o.⟪1⟫v()", "o.v is not a function"),
  says("a member v of an instance", "const k = new K(); k.⟪1⟫v()", "k.v is not a function"),
  says("a variable that is not iterable", "for (const x of ⟪1⟫q) x", "q is not iterable"),
  says("a member of a preloaded name", "(tf as any).⟪1⟫nope()", "tf.nope is not a function"),
  says("a name with an umlaut", "⟪1⟫größe()", "größe is not a function"),
  says(
    "a nested pattern of undefined",
    "const { a: ⟪1⟫{ b } } = u",
    "Cannot destructure property 'a' of 'u' as it is undefined",
  ),
  says("a local variable with a member v", "const f = (x: any) => x.⟪1⟫v(); ⟪2⟫f({})", "x.v is not a function"),
  {
    name: "an import of a local file",
    files: {
      "bad.ts": "import { notIt } from './other'\nexport const run = () => (⟪1⟫notIt as any)()",
      "other.ts": "export const notIt = 1",
    },
    cells: ["import { run } from './bad'", "⟪2⟫run()"],
    fails: { ename: "TypeError", says: "notIt is not a function" },
  },
];
