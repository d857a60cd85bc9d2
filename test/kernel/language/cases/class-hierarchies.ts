// Classes that build on classes of other cells: inheritance, instances of old versions, interfaces, mixins.
import type { LanguageCase } from "../language-case.js";

export const classHierarchies: LanguageCase[] = [
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
    name: "an instance as shown",
    cells: ["class Point { constructor(readonly x: number, readonly y: number) {} }", "new Point(1, 2)"],
    shows: "Point { x: 1, y: 2 }",
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
