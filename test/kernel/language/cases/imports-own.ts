// Imports of what comes with Node and with the kernel: built-ins, and the packages of which there must be one copy.
import type { LanguageCase } from "../language-case.js";

export const importsOfOwnCopies: LanguageCase[] = [
  {
    name: "a dynamic import that is not there can be caught",
    cells: [
      "let text = ''; try { await import('nowhere' as string) } catch (e) { text = (e as Error).message }",
      "text.includes(\"Cannot find module 'nowhere'\")",
    ],
    shows: "true",
  },
  {
    name: "node: built-ins, with and without the prefix",
    cells: [
      "import * as a from 'node:fs'; import b from 'fs'; import { readFileSync } from 'fs'",
      "a.readFileSync === readFileSync && b.readFileSync === readFileSync",
    ],
    shows: "true",
  },
  {
    name: "a built-in's submodule",
    cells: ["import { readFile } from 'node:fs/promises'", "typeof readFile"],
    shows: "'function'",
  },
  { name: "an import for its effect only", cells: ["import 'node:path'", "1"], shows: "1" },
  { name: "an import shows nothing", cells: ["import { sep } from 'node:path'"] },
  {
    name: "tfjs is the engine that tf is",
    cells: ["import * as mine from '@tensorflow/tfjs'", "[mine.tensor === tf.tensor, mine.engine() === tf.engine()]"],
    shows: "[ true, true ]",
  },
  {
    name: "tfjs-core is the same engine",
    cells: ["import { engine } from '@tensorflow/tfjs-core'", "engine() === tf.engine()"],
    shows: "true",
  },
  {
    name: "tfjs loaded dynamically and by require",
    cells: [
      "const a = await import('@tensorflow/tfjs')",
      "[a.engine() === tf.engine(), (require('@tensorflow/tfjs') as typeof tf).engine() === tf.engine()]",
    ],
    shows: "[ true, true ]",
  },
  {
    name: "cellgrad is ml",
    cells: ["import * as own from 'cellgrad'", "own === ml || Object.keys(own).join() === Object.keys(ml).join()"],
    shows: "true",
  },
  {
    name: "tslab has its display functions",
    cells: ["import * as tslab from 'tslab'", "typeof tslab.display.html"],
    shows: "'function'",
  },
];
