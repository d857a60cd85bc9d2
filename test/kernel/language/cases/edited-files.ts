// Files beside the notebook that change between cells: the next import sees them, and the checker sees their types.
import type { LanguageCase } from "../language-case.js";

export const editedFiles: LanguageCase[] = [
  {
    name: "a file is evaluated once",
    files: { "once.ts": "export const stamp = { at: Symbol('s') }" },
    cells: ["import { stamp } from './once'", "import { stamp as again } from './once'", "stamp === again"],
    shows: "true",
  },
  {
    name: "two files share a third",
    files: {
      "l.ts": "import { s } from './shared'; export const l = s",
      "r.ts": "import { s } from './shared'; export const r = s",
      "shared.ts": "export const s = {}",
    },
    cells: ["import { l } from './l'; import { r } from './r'", "l === r"],
    shows: "true",
  },
  {
    name: "an edited file is picked up by the next import",
    files: { "edit.ts": "export const v = 'old'" },
    cells: [
      "import { v } from './edit'",
      { code: "v", shows: "'old'" },
      { code: "import { v } from './edit'; v", files: { "edit.ts": "export const v = 'edited'" }, shows: "'edited'" },
    ],
    shows: "'edited'",
  },
  {
    name: "an edited file's types are picked up too",
    files: { "edit.ts": "export const v = 1" },
    cells: [
      "import { v } from './edit'; v.toFixed()",
      { code: "import { v } from './edit'; v.toUpperCase()", files: { "edit.ts": "export const v: string = 'text'" } },
    ],
    shows: "'TEXT'",
  },
  {
    name: "an edited file behind another file",
    files: { "front.ts": "import { v } from './back'; export const f = () => v", "back.ts": "export const v = 1" },
    cells: [
      "import { f } from './front'; f()",
      { code: "import { f } from './front'; f()", files: { "back.ts": "export const v = 222" } },
    ],
    shows: "222",
  },
  {
    name: "an edited CommonJS file",
    files: { "c.js": "exports.n = 1" },
    cells: [
      "import { n } from './c.js'; n",
      { code: "import { n } from './c.js'; n", files: { "c.js": "exports.n = 2222" } },
    ],
    shows: "2222",
  },
  {
    name: "an edited JSON file",
    files: { "d.json": '{ "n": 1 }' },
    cells: [
      "import d from './d.json'; d.n",
      { code: "import d from './d.json'; d.n", files: { "d.json": '{ "n": 3333 }' } },
    ],
    shows: "3333",
  },
  {
    name: "an unchanged file keeps its state when another one is edited",
    files: { "state.ts": "export const state = { n: 0 }", "other.ts": "export const o = 1" },
    cells: [
      "import { state } from './state'; import { o } from './other'; state.n = 5",
      {
        code: "import { state } from './state'; import { o } from './other'; [state.n, o]",
        files: { "other.ts": "export const o = 22" },
      },
    ],
    shows: "[ 5, 22 ]",
  },
  {
    name: "a file that appears after it was missed",
    cells: [
      { code: "import { late } from './late'", fails: { ename: "TypeScriptError", says: "TS2307" } },
      { code: "import { late } from './late'; late", files: { "late.ts": "export const late = 6" } },
    ],
    shows: "6",
  },
];
