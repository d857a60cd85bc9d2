// Functions across cells: hoisting, closures over variables that later cells change, names, `this`, overloads.
import type { LanguageCase } from "../language-case.js";

export const functions: LanguageCase[] = [
  {
    name: "a function is called by a later cell",
    cells: ["function f(x: number) { return x * 2 }", "f(21)"],
    shows: "42",
  },
  {
    name: "a function is hoisted within its cell",
    cells: ["const a = f(); function f() { return 3 }", "a"],
    shows: "3",
  },
  {
    name: "functions call each other before their text",
    cells: [
      "even(10); function even(n: number): boolean { return n === 0 || odd(n - 1) } function odd(n: number): boolean { return n !== 0 && even(n - 1) }",
      "even(7)",
    ],
    shows: "false",
  },
  {
    name: "a function follows a variable that a later cell assigns",
    cells: ["let a = 1; function f() { return a }", "a = 2", "f()"],
    shows: "2",
  },
  {
    name: "a function follows a variable that a later cell declares again",
    cells: ["let a = 1; const f = () => a", "let a = 5", "f()"],
    shows: "5",
  },
  {
    name: "a function follows a variable that becomes another type",
    cells: ["let a = 1; const f = () => String(a)", "const a = ['x']", "f()"],
    shows: "'x'",
  },
  {
    name: "a function follows a function that is written anew",
    cells: ["function g() { return 1 } function f() { return g() }", "function g() { return 2 }", "f()"],
    shows: "2",
  },
  {
    name: "a function assigns a variable of its cell",
    cells: ["let n = 0; function inc() { return ++n }", "inc(); inc()", "n"],
    shows: "2",
  },
  {
    name: "a function assigns a variable that was declared again",
    cells: ["let n = 0; function inc() { n++ }", "let n = 100", "inc(); n"],
    shows: "101",
  },
  {
    name: "a closure keeps its local state",
    cells: [
      "function counter() { let n = 0; return () => ++n }",
      "const c = counter(), d = counter()",
      "c(); c(); d(); [c(), d()]",
    ],
    shows: "[ 3, 2 ]",
  },
  {
    name: "closures of a loop have a variable each",
    cells: ["const fs: (() => number)[] = []; for (let i = 0; i < 3; i++) fs.push(() => i)", "fs.map((f) => f())"],
    shows: "[ 0, 1, 2 ]",
  },
  {
    name: "closures of a var loop share the variable",
    cells: [
      "const fs: (() => number)[] = []; for (var i = 0; i < 3; i++) fs.push(() => i)",
      "i = 9; fs.map((f) => f())",
    ],
    shows: "[ 9, 9, 9 ]",
  },
  {
    name: "recursion follows the newest function",
    cells: [
      "function f(n: number): number { return n ? f(n - 1) : 0 }; const old = f",
      "function f(n: number): number { return n + 100 }",
      "old(1)",
    ],
    shows: "100",
  },
  {
    name: "a recursive arrow",
    cells: ["const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2))", "fib(10)"],
    shows: "55",
  },
];
