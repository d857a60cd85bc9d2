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
    name: "a class extends one of an earlier cell",
    cells: [
      "class A { hi() { return 'A' } }",
      "class B extends A { hi() { return super.hi() + 'B' } }",
      "new B().hi()",
    ],
    shows: "'AB'",
  },
  {
    name: "three levels in three cells",
    cells: [
      "abstract class A { abstract n(): number; twice() { return this.n() * 2 } }",
      "class B extends A { n() { return 4 } }",
      "class C extends B { n() { return super.n() + 1 } }",
      "new C().twice()",
    ],
    shows: "10",
  },
  { name: "instanceof across cells", cells: ["class A {}", "const a = new A()", "a instanceof A"], shows: "true" },
  {
    name: "an instance of the class before it was declared again",
    cells: ["class A {}; const a = new A()", "class A { x = 1 }", "[a instanceof A, new A() instanceof A]"],
    shows: "[ false, true ]",
  },
  {
    name: "an instance keeps the type of its old class",
    cells: ["class A { old = 1 }; const a = new A()", "class A { fresh = 2 }", "[a.old, new A().fresh]"],
    shows: "[ 1, 2 ]",
  },
  {
    name: "a subclass keeps the old base",
    cells: [
      "class A { v() { return 1 } }; class B extends A {}",
      "class A { v() { return 2 } }",
      "[new B().v(), new A().v()]",
    ],
    shows: "[ 1, 2 ]",
  },
  {
    name: "a function that makes an instance follows the new class",
    cells: ["class A { v = 1 }; const make = () => new A()", "class A { v = 2 }", "make().v"],
    shows: "2",
  },
  {
    name: "the name of a class",
    cells: ["class Named {}", "[Named.name, new Named().constructor.name]"],
    shows: "[ 'Named', 'Named' ]",
  },
  {
    name: "an instance as shown",
    cells: ["class Point { constructor(readonly x: number, readonly y: number) {} }", "new Point(1, 2)"],
    shows: "Point { x: 1, y: 2 }",
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
    name: "a class implements an interface of an earlier cell",
    cells: [
      "interface Shape { area(): number }",
      "class Square implements Shape { constructor(private s: number) {} area() { return this.s ** 2 } }",
      "const shapes: Shape[] = [new Square(3)]; shapes[0]?.area()",
    ],
    shows: "9",
  },
  {
    name: "a class that implements wrongly",
    cells: ["interface Shape { area(): number }", "class Square implements Shape { ⟪1⟫area() { return 'x' } }"],
    fails: { ename: "TypeScriptError", says: "TS2416" },
  },
  {
    name: "an abstract class cannot be made",
    cells: ["abstract class A { abstract f(): void }", "⟪1⟫new A()"],
    fails: { ename: "TypeScriptError", says: "TS2511" },
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
    name: "an anonymous class expression as base",
    cells: [
      "const mixin = <T extends new (...args: any[]) => object>(Base: T) => class extends Base { extra = 1 }",
      "class A { own = 2 }; const M = mixin(A)",
      "const m = new M(); [m.extra, m.own]",
    ],
    shows: "[ 1, 2 ]",
  },
  {
    name: "a class that extends a built-in",
    cells: [
      "class ModelError extends Error { override name = 'ModelError'; constructor(readonly code: number) { super('code ' + code) } }",
      "const e = new ModelError(4); [e instanceof Error, e.message, e.code]",
    ],
    shows: "[ true, 'code 4', 4 ]",
  },
  {
    name: "a class that extends a library's class",
    cells: [
      "class Scale extends tf.layers.Layer { static className = 'Scale'; override call(x: tf.Tensor | tf.Tensor[]) { return tf.mul(Array.isArray(x) ? x[0]! : x, 2) } }",
      "(new Scale().apply(tf.tensor1d([1, 2])) as tf.Tensor).arraySync()",
    ],
    shows: "[ 2, 4 ]",
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
  {
    name: "a class is replaced by a function of its name",
    cells: ["class A { n = 1 }", "function A() { return 'f' }", "A()"],
    shows: "'f'",
  },
  {
    name: "a class merges with a namespace in its cell",
    cells: [
      "class A { static of() { return new A() } } namespace A { export const zero = 0 }",
      "[A.of() instanceof A, A.zero]",
    ],
    shows: "[ true, 0 ]",
  },
  {
    name: "a class with this types and fluent calls",
    cells: [
      "class B { steps: string[] = []; add(s: string): this { this.steps.push(s); return this } }",
      "class C extends B { extra() { return this.add('c') } }",
      "new C().add('b').extra().steps",
    ],
    shows: "[ 'b', 'c' ]",
  },
];
