// Destructuring: as a declaration, as an assignment to earlier cells' variables, in loops and in parameters.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

export const destructuring: LanguageCase[] = [
  { name: "an object pattern", cells: ["const { a, b } = { a: 1, b: 'x' }", "[a, b]"], shows: "[ 1, 'x' ]" },
  {
    name: "an object pattern with other names",
    cells: ["const { a: p, b: q } = { a: 1, b: 2 }", "[p, q]"],
    shows: "[ 1, 2 ]",
  },
  {
    name: "defaults",
    cells: ["const { a = 5, b: c = 6 }: { a?: number; b?: number } = { a: 1 }", "[a, c]"],
    shows: "[ 1, 6 ]",
  },
  {
    name: "a default that reads an earlier binding",
    cells: ["const { a, b = a * 2 }: { a: number; b?: number } = { a: 4 }", "b"],
    shows: "8",
  },
  {
    name: "an object rest",
    cells: ["const { a, ...others } = { a: 1, b: 2, c: 3 }", "others"],
    shows: "{ b: 2, c: 3 }",
  },
  {
    name: "an array pattern with holes and a rest",
    cells: ["const [a, , b, ...c] = [1, 2, 3, 4, 5]", "[a, b, c]"],
    shows: "[ 1, 3, [ 4, 5 ] ]",
  },
  {
    name: "nested patterns",
    cells: ["const { p: { q: [r, { s }] } } = { p: { q: [1, { s: 'deep' }] as const } }", "`${r}${s}`"],
    shows: "'1deep'",
  },
  { name: "a computed key", cells: ["const key = 'k'; const { [key]: value } = { k: 3 }", "value"], shows: "3" },
  { name: "a string key", cells: ["const { 'a-b': ab } = { 'a-b': 9 }", "ab"], shows: "9" },
  {
    name: "let and var patterns",
    cells: ["let { a } = { a: 1 }; var [b] = [2]", "a += 10; b += 10", "[a, b]"],
    shows: "[ 11, 12 ]",
  },
  {
    name: "patterns beside plain declarators",
    cells: ["let x = 1, { y, z } = { y: 2, z: 3 }, [w] = [4]", "[x, y, z, w]"],
    shows: "[ 1, 2, 3, 4 ]",
  },
  {
    name: "a pattern of iterables",
    cells: ["const [[k, v]] = new Map([['one', 1]])", "[k, v]"],
    shows: "[ 'one', 1 ]",
  },
  {
    name: "a pattern awaited",
    cells: ["const [a, b] = await Promise.all([1, Promise.resolve('x')])", "[a, b]"],
    shows: "[ 1, 'x' ]",
  },
  { name: "declared again by a pattern", cells: ["let a = 'old'", "const { a } = { a: 2 }", "a"], shows: "2" },
  { name: "swapping earlier variables", cells: ["let a = 1, b = 2", ";[a, b] = [b, a]", "[a, b]"], shows: "[ 2, 1 ]" },
  {
    name: "an object assignment pattern",
    cells: ["let a = 1, b = 2", "({ a, b } = { a: 10, b: 20 })", "a + b"],
    shows: "30",
  },
  {
    name: "an assignment pattern with defaults",
    cells: ["let a = 1, b = 2", "({ a = 7, b: b = 8 } = {} as { a?: number; b?: number });", "[a, b]"],
    shows: "[ 7, 8 ]",
  },
  {
    name: "an assignment pattern with a rest",
    cells: ["let a = 0, others: number[] = []", "[a, ...others] = [1, 2, 3];", "[a, others]"],
    shows: "[ 1, [ 2, 3 ] ]",
  },
  {
    name: "an assignment to a member of a variable",
    cells: ["const o = { p: 0 }", "[o.p] = [5];", "o"],
    shows: "{ p: 5 }",
  },
  {
    name: "a for-of head that assigns an earlier variable",
    cells: ["let a = 0, sum = 0", "for (a of [1, 2, 3]) sum += a", "[a, sum]"],
    shows: "[ 3, 6 ]",
  },
  {
    name: "a for-of head that destructures into earlier variables",
    cells: ["let k = '', v = 0", "for ([k, v] of Object.entries({ x: 1, y: 2 })) {}", "[k, v]"],
    shows: "[ 'y', 2 ]",
  },
  {
    name: "a for-of pattern of its own",
    cells: ["let s = 0; for (const { n } of [{ n: 1 }, { n: 2 }]) s += n", "s"],
    shows: "3",
  },
  {
    name: "a var pattern in a for-of head",
    cells: ["for (var [k, v] of [['a', 1], ['b', 2]] as const) {}", "[k, v]"],
    shows: "[ 'b', 2 ]",
  },
  {
    name: "parameters with patterns",
    cells: ["function f({ a, b: [c] = [9] }: { a: number; b?: number[] }) { return a + c }", "f({ a: 1 })"],
    shows: "10",
  },
  {
    name: "a parameter's default reads a variable",
    cells: ["let base = 10", "const f = (x = base) => x", "base = 20; f()"],
    shows: "20",
  },
  {
    name: "a shorthand property reads the variable",
    cells: ["let a = 1, b = 2", "({ a, b, c: a + b })"],
    shows: "{ a: 1, b: 2, c: 3 }",
  },
  {
    name: "a shorthand property follows its variable",
    cells: ["let a = 1", "const f = () => ({ a })", "a = 4; f()"],
    shows: "{ a: 4 }",
  },
  {
    name: "spread of variables",
    cells: ["const xs = [1, 2], o = { p: 1 }", "[Math.max(...xs), { ...o, q: [...xs, 3] }]"],
    shows: "[ 2, { p: 1, q: [ 1, 2, 3 ] } ]",
  },
  {
    name: "nothing to destructure fails at run time",
    cells: ["const { ⟪1⟫a } = JSON.parse('null') as { a: number }"],
    fails: { ename: "TypeError", says: "null" },
  },
  {
    name: "names bound before a failure in the same pattern stay",
    cells: [
      "let log: string[] = []",
      { code: "const { a, b } = { a: 1, get b(): number { throw new Error('b') } }", fails: { ename: "Error" } },
      "a",
    ],
    fails: { ename: "TypeScriptError", says: "Cannot find name 'a'" },
  },
];
