// The compilerOptions of a tsconfig.json in the notebook's folder count, from the moment it is there.
import type { LanguageCase } from "../language-case.js";

const config = (compilerOptions: object): Record<string, string> => ({
  "tsconfig.json": JSON.stringify({ compilerOptions }),
});
const without = { "tsconfig.json": null };

export const configuration: LanguageCase[] = [
  {
    name: "strict is on without a tsconfig.json",
    files: without,
    cells: ["let ⟪1⟫n: number = null"],
    fails: { ename: "TypeScriptError", says: "TS2322" },
  },
  {
    name: "strict false",
    files: config({ strict: false }),
    cells: ["let n: number = null; function f(x) { return x } f(n)"],
    shows: "null",
  },
  {
    name: "a stricter rule",
    files: config({ strict: true, noUncheckedIndexedAccess: true }),
    cells: ["const xs = [1]", "const ⟪1⟫n: number = xs[0]"],
    fails: { ename: "TypeScriptError", says: "TS2322" },
  },
  {
    name: "exactOptionalPropertyTypes",
    files: config({ strict: true, exactOptionalPropertyTypes: true }),
    cells: ["interface O { a?: number }", "const ⟪1⟫o: O = { a: undefined }"],
    fails: { ename: "TypeScriptError", says: "TS2375" },
  },
  {
    name: "noImplicitReturns",
    files: config({ noImplicitReturns: true }),
    cells: ["function ⟪1⟫f(x: boolean) { if (x) return 1 }"],
    fails: { ename: "TypeScriptError", says: "TS7030" },
  },
  {
    name: "paths for local files",
    files: { ...config({ paths: { "@/*": ["./source/*"] } }), "source/deep.ts": "export const deep = 1" },
    cells: ["import { deep } from '@/deep'", "deep"],
    shows: "1",
  },
  {
    name: "experimental decorators",
    files: config({ strict: true, experimentalDecorators: true }),
    cells: [
      "const seen: string[] = []; const log = (target: object, key: string) => { seen.push(key) }",
      "class A { @log m() {} @log p = 1 }",
      "seen",
    ],
    shows: "[ 'm', 'p' ]",
  },
  {
    name: "unused names stay no error",
    files: config({ noUnusedLocals: true, noUnusedParameters: true }),
    cells: ["const a = 1; function f(x: number) {}"],
  },
  {
    name: "options that make no sense in a notebook do no harm",
    files: config({
      outDir: "out",
      rootDir: "source",
      composite: true,
      declaration: true,
      noEmit: false,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      module: "commonjs",
      target: "es5",
      lib: ["dom"],
    }),
    cells: [
      "const enum E { A = 2 }; import { sep } from 'node:path'",
      "const e: E = E.A; const n = [1, 2].at(-1); [e, n, sep.length]",
    ],
    shows: "[ 2, 2, 1 ]",
  },
  {
    name: "a tsconfig.json with comments",
    files: { "tsconfig.json": '{ // loose\n "compilerOptions": { "strict": false, }, }' },
    cells: ["let n: number = null; n"],
    shows: "null",
  },
  {
    name: "a changed tsconfig.json counts from the next cell on",
    files: config({ strict: false }),
    cells: [
      "let a: number = null",
      {
        code: "let ⟪1⟫b: number = null",
        files: config({ strict: true, target: "esnext" }),
        fails: { ename: "TypeScriptError", says: "TS2322" },
      },
      "a",
    ],
    shows: "null",
  },
  {
    name: "a deleted tsconfig.json counts no more",
    files: config({ strict: false }),
    cells: [
      "let a: number = null",
      { code: "let ⟪1⟫b: number = null", files: without, fails: { ename: "TypeScriptError", says: "TS2322" } },
      { code: "a", files: without },
    ],
    shows: "null",
  },
];
