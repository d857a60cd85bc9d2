// Lines and columns behind what moves text about: types, enums, decorators, `using`, imports, line ends, wide characters.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

const stop = { ename: "Error", says: "stop" };
const boom = "const boom = (): number => { throw new Error('stop') }";
/** In each of these cells the call of `boom` is the place to name. */
const at = (name: string, code: string): LanguageCase => ({
  name,
  cells: [boom.replace("new ", "⟪1⟫new "), code.replace("boom()", "⟪2⟫boom()")],
  fails: stop,
});

export const positions: LanguageCase[] = [
  at(
    "behind types",
    "const x: Map<string, number[]> = new Map<string, number[]>(), y = x as Map<string, number[]>; boom()",
  ),
  at("below interfaces and type aliases", "interface A {\n  a: number\n}\ntype B = {\n  b: A\n}\n\nboom()"),
  at("behind an assertion", "const n = <number>(1 as unknown) + (2 satisfies number) + boom()"),
  at("below an enum", "enum E {\n  A = 1,\n  B = A << 1,\n}\nboom()"),
  at("below a const enum", "const enum E { A }\nconst e = E.A; boom()"),
  {
    name: "in an enum, which is called by its own line",
    cells: [boom.replace("new ", "⟪1⟫new "), "enum ⟪3⟫E {\n  A = 1,\n  B = ⟪2⟫boom(),\n}"],
    fails: stop,
  },
  at("below a namespace", "namespace N {\n  export const a = 1\n}\nN.a + boom()"),
  {
    name: "in a namespace's function",
    cells: [
      "namespace N {\n  export const a = 1\n  export function f() {\n    throw ⟪1⟫new Error('stop')\n  }\n}",
      "N.⟪2⟫f()",
    ],
    fails: stop,
  },
  at(
    "below a decorated class",
    "const d = (_: unknown, __: DecoratorContext) => {}\n@d\nclass A {\n  @d m() {}\n  @d f = 1\n}\nboom()",
  ),
  {
    name: "in a decorated method",
    cells: [
      "const d = (_: unknown, __: DecoratorContext) => {}\nclass A {\n  @d\n  m() {\n    throw ⟪1⟫new Error('stop')\n  }\n}",
      "new A().⟪2⟫m()",
    ],
    fails: stop,
  },
  {
    name: "in a decorator",
    cells: [
      "const d = (_: unknown, __: DecoratorContext) => {\n  throw ⟪1⟫new Error('stop')\n}",
      "class A {\n  @d ⟪2⟫m() {}\n}",
    ],
    fails: stop,
  },
  at("behind using", "using r = { [Symbol.dispose]() {} }\nconst a = 1\n  boom()"),
  at("behind await using", "await using r = { async [Symbol.asyncDispose]() {} }; boom()"),
  {
    name: "in a disposal",
    cells: ["⟪2⟫using r = {\n  [Symbol.dispose]() {\n    throw ⟪1⟫new Error('stop')\n  },\n}"],
    fails: stop,
  },
  at("below imports", "import { join } from 'node:path'\nimport * as fs from 'node:fs'\n\njoin('a', String(boom()))"),
  at("above imports", "const a = 1; boom()\nimport { join } from 'node:path'"),
  at(
    "below hoisted functions",
    "const first = 1\nfunction one() {\n  return 1\n}\nfunction two() { return one() }\nboom()",
  ),
  {
    name: "in a hoisted function, after others",
    cells: [
      "const a = 1\nfunction one() { return a }\n\nfunction two() {\n  one()\n  throw ⟪1⟫new Error('stop')\n}\nfunction three() { ⟪2⟫two() }\n⟪3⟫three()",
    ],
    fails: stop,
  },
  at("below comments and blank lines", "// one\n\n/* two\n   three */\n\n\n    boom()"),
  at("behind a comment on its line", "/* a comment */ boom() // another"),
  at("in a destructuring declaration", "const { a, b: [c = boom()] }: { a: number; b: number[] } = { a: 1, b: [] }"),
  at("in the second declarator", "let a = 1,\n  b = boom(),\n  c = 3"),
  at("in an assignment to an earlier variable", "let total = 1\ntotal += boom()"),
  at("in a var within a block", "if (true) {\n  var inside = boom()\n}"),
  at(
    "in a labelled loop",
    "outer: for (const x of [1]) {\n  for (;;) {\n    if (x) boom()\n    continue outer\n  }\n}",
  ),
  at("in a switch", "switch (1 as number) {\n  case 1: {\n    boom()\n  }\n}"),
  at("in a shorthand's neighbour", "const a = 1\nconst o = { a, b: boom() }"),
  at(
    "behind parameter properties and overloads",
    "class P { constructor(private a: number, readonly b = 2) {} }\nfunction f(x: string): void\nfunction f(x: number): void\nfunction f(x: unknown) {}\nnew P(boom())",
  ),
  at(
    "behind an abstract class and declare",
    "declare const never: number\nabstract class A { abstract m(): void; declare n: number }\nboom()",
  ),
  at("as the result", "boom()"),
  at("as a result over several lines", "[1, 2]\n  .concat(\n    boom(),\n  )"),
  at("as a result that starts behind other statements", "const a = 1; a + boom()"),
  at("as a result in parentheses with an assertion", "(boom() as number)"),
  at("as an awaited result", "await boom()"),
  at("with windows line ends", "const a = 1\r\nconst b = 2\r\n\r\n  boom()\r\nconst c = 3\r\n"),
  at("with windows line ends in a template", "const t = `one\r\ntwo\r\n`; boom()"),
  at("with astral characters before the column", "const s = '🚀🚀', t = '👩‍🚀'; boom()"),
  at("with astral names before the column", "const 𝑥 = 1, größe = 2; 𝑥 + größe + boom()"),
  at("with an emoji in a template before the column", "`😀 ${1} 😀 ${boom()}`"),
  at("with tabs before the column", "{\n\t\t\tboom()\n}"),
  at("with a very long line", `const filler = '${"x".repeat(3000)}'; boom()`),
  at("on a late line of a long cell", `const a = 1\n${"// line\n".repeat(300)}boom()`),
  at("with a byte order mark", "\ufeffconst a = 1; boom()"),
  {
    name: "in a nested function with a name of an earlier cell",
    cells: ["function f() {}", "function g() { function f() { throw ⟪1⟫new Error('stop') } ⟪2⟫f() } f()\n⟪3⟫g()"],
    fails: stop,
  },
  {
    name: "the code frame shows the lines around",
    cells: ["const one = 1\nconst two = 2\nconst three = JSON.⟪1⟫parse('bad')\nconst four = 4\nconst five = 5"],
    fails: {
      ename: "SyntaxError",
      traceback: [
        "  1 | const one = 1",
        "  2 | const two = 2",
        "> 3 | const three = JSON.parse('bad')",
        "    |                    ^",
        "  4 | const four = 4",
      ],
    },
  },
];
