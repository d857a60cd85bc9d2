// Classes across cells: inheritance, fields, statics, accessors, abstract classes, declared again while instances live.
import type { LanguageCase } from "../language-case.js";

export const classes: LanguageCase[] = [
  {
    name: "a class is used by a later cell",
    cells: ["class A { n = 1; double() { return this.n * 2 } }", "new A().double()"],
    shows: "2",
  },
  {
    name: "a class as a type in a later cell",
    cells: ["class A { n = 1 }", "const a: A = new A(); function f(x: A) { return x.n } f(a)"],
    shows: "1",
  },
  {
    name: "the name of a class",
    cells: ["class Named {}", "[Named.name, new Named().constructor.name]"],
    shows: "[ 'Named', 'Named' ]",
  },
  {
    name: "a local class with the name of a global one keeps its name",
    cells: ["class A {} function f() { class A { n = 1 } return new A() }", "f()"],
    shows: "A { n: 1 }",
  },
  {
    name: "a local function with the name of an earlier cell's keeps its name",
    cells: ["function g() {}", "function f() { function g() { return 1 } return g.name + g() } g(); f()"],
    shows: "'g1'",
  },
  {
    name: "private fields and methods",
    cells: [
      "class A { #n = 1; #inc() { this.#n++ } next() { this.#inc(); return this.#n } static has(x: object) { return #n in x } }",
      "const a = new A(); [a.next(), A.has(a), A.has({})]",
    ],
    shows: "[ 2, true, false ]",
  },
  {
    name: "static members and a static block",
    cells: ["class A { static n = 1; static twice() { return this.n * 2 } static { this.n = 20 } }", "A.twice()"],
    shows: "40",
  },
  {
    name: "a static field that refers to its class",
    cells: [
      "class A { static all: A[] = []; static first = new A(); constructor() { A.all.push(this) } }",
      "A.all.length",
    ],
    shows: "1",
  },
  {
    name: "a static block that refers to its class",
    cells: ["class A { static n = 0; static { A.n = 5 } }", "A.n"],
    shows: "5",
  },
  {
    name: "accessors",
    cells: [
      "class A { private n = 1; get v() { return this.n } set v(x: number) { this.n = x * 10 } }",
      "const a = new A(); a.v = 3; a.v",
    ],
    shows: "30",
  },
  { name: "auto-accessors", cells: ["class A { accessor n = 4 }", "const a = new A(); a.n += 1; a.n"], shows: "5" },
  {
    name: "parameter properties",
    cells: [
      "class A { constructor(private readonly a: number, public b = a * 2) {} sum() { return this.a + this.b } }",
      "new A(3).sum()",
    ],
    shows: "9",
  },
  {
    name: "a field that follows a variable",
    cells: ["let base = 1; class A { n = base }", "base = 5", "new A().n"],
    shows: "5",
  },
  {
    name: "a computed member",
    cells: [
      "const key = 'k'; class A { [key]() { return 1 } static [Symbol.iterator] = function* () { yield 7 } }",
      "[new A().k(), ...A]",
    ],
    shows: "[ 1, 7 ]",
  },
  {
    name: "an arrow field keeps this",
    cells: ["class A { n = 3; get = () => this.n }", "const { get } = new A(); get()"],
    shows: "3",
  },
  {
    name: "a generic class",
    cells: [
      "class Stack<T> { private xs: T[] = []; push(x: T) { this.xs.push(x); return this } top(): T | undefined { return this.xs.at(-1) } }",
      "const s = new Stack<string>()",
      "const top: string | undefined = s.push('a').push('b').top(); top",
    ],
    shows: "'b'",
  },
  {
    name: "a private member is out of reach",
    cells: ["class A { private n = 1 }", "new A().⟪1⟫n"],
    fails: { ename: "TypeScriptError", says: "TS2341" },
  },
  {
    name: "a class expression",
    cells: ["const A = class B { static who = B.name }", "[A.name, A.who]"],
    shows: "[ 'B', 'B' ]",
  },
  {
    name: "a class is not there before its text",
    cells: ["new ⟪1⟫A(); class A {}"],
    fails: { ename: "TypeScriptError", says: "TS2449" },
  },
  {
    name: "a function can use a class below it",
    cells: ["function make() { return new A() } class A { n = 1 } make().n"],
    shows: "1",
  },
];
