// Imports of what comes with Node and with the kernel: built-ins, and the packages of which there must be one copy.
import type { Files, LanguageCase } from "../language-case.js";

const json = (value: object): string => JSON.stringify(value);

/** A TensorFlow.js that must not be loaded, and packages of both kinds that use TensorFlow.js and the library. */
const decoys: Files = {
  "node_modules/@tensorflow/tfjs/package.json": json({ name: "@tensorflow/tfjs", version: "0.0.1", main: "index.js" }),
  "node_modules/@tensorflow/tfjs/index.js": "exports.engine = () => 'a second engine'",
  "node_modules/@tensorflow/tfjs-core/package.json": json({ name: "@tensorflow/tfjs-core", version: "0.0.1" }),
  "node_modules/@tensorflow/tfjs-core/index.js": "exports.engine = () => 'a second engine'",
  "node_modules/cellgrad/package.json": json({ name: "cellgrad", version: "0.0.1", type: "module", exports: "./i.js" }),
  "node_modules/cellgrad/i.js": "export const fit = 'a second library'",
  "node_modules/esm-user/package.json": json({ name: "esm-user", version: "1.0.0", type: "module", exports: "./i.js" }),
  "node_modules/esm-user/i.js": [
    "import * as tf from '@tensorflow/tfjs'",
    "import { engine } from '@tensorflow/tfjs-core'",
    "import * as own from 'cellgrad'",
    "const later = await import('@tensorflow/tfjs')",
    "export const engines = [tf.engine(), engine(), later.engine()]",
    "export const library = own",
  ].join("\n"),
  "node_modules/esm-user/i.d.ts": "export const engines: unknown[]; export const library: unknown;",
  "node_modules/required-esm/package.json": json({ name: "required-esm", type: "module", exports: "./i.js" }),
  "node_modules/required-esm/i.js":
    "import { engine } from '@tensorflow/tfjs'; import * as own from 'cellgrad'; export const engines = [engine()]; export const library = own",
  "node_modules/cjs-user/package.json": json({ name: "cjs-user", version: "1.0.0" }),
  "node_modules/cjs-user/index.js": [
    "exports.engines = [require('@tensorflow/tfjs').engine(), require('@tensorflow/tfjs-core').engine()]",
    "exports.library = require('cellgrad')",
    "exports.later = () => import('@tensorflow/tfjs').then(({ engine }) => engine())",
  ].join("\n"),
  "node_modules/cjs-user/index.d.ts":
    "export const engines: unknown[]; export const library: unknown; export function later(): Promise<unknown>;",
};
const isOwn = "{ engines, library }: { engines: unknown[]; library: unknown }";
const ownCheck = `const own = (${isOwn}) => [...engines.map((it) => it === tf.engine()), (library as typeof ml).fit === ml.fit]`;

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
  {
    name: "an ESM package of the folder imports the engine that tf is, and the library that ml is",
    files: decoys,
    cells: [ownCheck, "import * as user from 'esm-user'", "own(user)"],
    shows: "[ true, true, true, true ]",
  },
  {
    name: "a CommonJS package, too, also where it imports dynamically",
    files: decoys,
    cells: [ownCheck, "import * as user from 'cjs-user'", "[...own(user), (await user.later()) === tf.engine()]"],
    shows: "[ true, true, true, true ]",
  },
  {
    name: "an ESM package that is required, too",
    files: decoys,
    cells: [ownCheck, "own(require('required-esm'))"],
    shows: "[ true, true ]",
  },
  {
    name: "an ESM package that came while the session ran, too, and what it imports in turn",
    files: decoys,
    cells: [
      ownCheck,
      `const { mkdirSync: make, writeFileSync: write } = require("node:fs"); make("node_modules/late-esm", { recursive: true });
      make("node_modules/@tensorflow/tfjs-layers", { recursive: true });
      write("node_modules/@tensorflow/tfjs-layers/package.json", '{ "name": "@tensorflow/tfjs-layers", "version": "0.0.1" }');
      write("node_modules/@tensorflow/tfjs-layers/index.js", "exports.input = 'a second copy'");
      write("node_modules/late-esm/package.json", '{ "name": "late-esm", "type": "module", "exports": "./i.js" }');
      write("node_modules/late-esm/i.js", "export { input } from './deep.js'; export * from 'required-esm'");
      write("node_modules/late-esm/deep.js", "export { input } from '@tensorflow/tfjs-layers'")`,
      "const late = require('late-esm'); [...own(late), late.input === tf.input]",
    ],
    shows: "[ true, true, true ]",
  },
];
