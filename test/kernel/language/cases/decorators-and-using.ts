// Decorators of every kind, and `using`, at a cell's top level.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of cells
import type { LanguageCase } from "../language-case.js";

export const decoratorsAndUsing: LanguageCase[] = [
  {
    name: "a class decorator",
    cells: [
      "const seen: string[] = []; function note(target: Function, context: ClassDecoratorContext) { seen.push(String(context.name)) }",
      "@note class A {}",
      "seen",
    ],
    shows: "[ 'A' ]",
  },
  {
    name: "a class decorator that replaces the class",
    cells: [
      "function tagged<T extends new (...args: any[]) => object>(target: T, _: ClassDecoratorContext) { return class extends target { tag = 't' } }",
      "@tagged class A { n = 1 }",
      "const a = new A(); [a.n, (a as A & { tag: string }).tag, (a.constructor as typeof A) === A]",
    ],
    shows: "[ 1, 't', true ]",
  },
  {
    name: "a method decorator",
    cells: [
      "function twice(f: (this: any, x: number) => number, _: ClassMethodDecoratorContext) { return function (this: any, x: number) { return f.call(this, x) * 2 } }",
      "class A { @twice inc(x: number) { return x + 1 } }",
      "new A().inc(4)",
    ],
    shows: "10",
  },
  {
    name: "a field decorator",
    cells: [
      "const plus = (by: number) => (_: undefined, __: ClassFieldDecoratorContext) => (v: number) => v + by",
      "class A { @plus(10) n = 1 }",
      "new A().n",
    ],
    shows: "11",
  },
  {
    name: "an accessor decorator",
    cells: [
      "function loud(t: ClassAccessorDecoratorTarget<any, number>, _: ClassAccessorDecoratorContext) { return { get(this: any) { return t.get.call(this) * 100 } } }",
      "class A { @loud accessor n = 2 }",
      "new A().n",
    ],
    shows: "200",
  },
  {
    name: "getter and static decorators",
    cells: [
      "const names: string[] = []; const log = (_: unknown, c: DecoratorContext) => { names.push(`${c.kind} ${String(c.name)}`) }",
      "class A { @log get g() { return 1 } @log static s = 1; @log private p() {} }",
      "names.sort()",
    ],
    shows: "[ 'field s', 'getter g', 'method p' ]",
  },
  {
    name: "several decorators run inside out",
    cells: [
      "const order: number[] = []; const d = (n: number) => (_: unknown, __: DecoratorContext) => { order.push(n) }",
      "class A { @d(1) @d(2) m() {} }",
      "order",
    ],
    shows: "[ 2, 1 ]",
  },
  {
    name: "a decorated class refers to itself",
    cells: [
      "const d = (_: unknown, __: ClassDecoratorContext) => {}",
      "@d class A { static make() { return new A() } n = 1 }",
      "A.make().n",
    ],
    shows: "1",
  },
  {
    name: "a decorated class declared again",
    cells: [
      "const d = (_: unknown, __: ClassDecoratorContext) => {}; @d class A { a = 1 }",
      "@d class A { b = 2 }",
      "new A()",
    ],
    shows: "A { b: 2 }",
  },
  {
    name: "using disposes at the end of the cell",
    cells: [
      "const log: string[] = []; const res = (n: string) => ({ n, [Symbol.dispose]() { log.push(n) } })",
      "using a = res('a'); using b = res('b'); log.push('body ' + a.n)",
      "log",
    ],
    shows: "[ 'body a', 'b', 'a' ]",
  },
  { name: "using with a result", cells: ["using r = { n: 4, [Symbol.dispose]() {} }; r.n"], shows: "4" },
  {
    name: "await using",
    cells: [
      "const log: string[] = []",
      "await using r = { async [Symbol.asyncDispose]() { await Promise.resolve(); log.push('closed') } }; log.push('open')",
      "log",
    ],
    shows: "[ 'open', 'closed' ]",
  },
  {
    name: "using in a block and in a loop",
    cells: [
      "const log: number[] = []; { using a = { [Symbol.dispose]() { log.push(1) } }; log.push(0) } for (using b of [{ [Symbol.dispose]() { log.push(3) } }]) log.push(2)",
      "log",
    ],
    shows: "[ 0, 1, 2, 3 ]",
  },
  {
    name: "using disposes when the cell fails",
    cells: [
      "const log: string[] = []",
      {
        code: "using r = { [Symbol.dispose]() { log.push('closed') } }; throw ⟪1⟫new Error('no')",
        fails: { ename: "Error", says: "no" },
      },
      "log",
    ],
    shows: "[ 'closed' ]",
  },
  {
    name: "a variable beside using",
    cells: [
      "using r = { n: 2, [Symbol.dispose]() {} }; const twice = r.n * 2; function f() { return twice } class K { v = f() }",
      "[twice, f(), new K().v]",
    ],
    shows: "[ 4, 4, 4 ]",
  },
  {
    name: "a name that using declared is known later",
    cells: ["using r = { n: 2, [Symbol.dispose]() { this.n = 0 } };", "r.n"],
    shows: "0",
  },
];
