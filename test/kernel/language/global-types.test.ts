// The bundled declarations of globals: what becomes of files that refer to each other, and that the bundle means for a cell
// what the packages themselves mean, also beside packages that refer to parts of them.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleGlobals } from "../../../kernel/language/global-types/bundle.js";
import { globalTypes } from "../../../kernel/language/global-types/bundled-globals.js";
import { Language } from "../../../kernel/language/language.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "cellgrad-globals-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
}

describe("bundled globals", () => {
  const files = {
    "lib/lib.esnext.d.ts": '/// <reference lib="es5" />\n/// <reference lib="es2015" />',
    "lib/lib.es5.d.ts": "interface Array<T> { length: number }",
    "lib/lib.es2015.d.ts": '/// <reference lib="es5" />\n/// <reference lib="decorators" />\ninterface Set<T> {}',
    "lib/lib.decorators.d.ts": 'export {};\n/// <reference lib="es5" />\ndeclare global { type Decorator = 1 }',
    "node/index.d.ts": '/// <reference lib="older" />\n/// <reference path="web/url.d.ts" />\ndeclare var process: 1;',
    "node/web/url.d.ts": 'declare module "url" { import { a } from "./b"; }',
  };
  const bundle = () => bundleGlobals({ library: path.join(directory, "lib"), node: path.join(directory, "node") });

  it("holds every file once, after what it builds on; modules stay files of their own", () => {
    write(files);
    const texts = bundle();
    assert.deepEqual([...texts.keys()], ["index.d.ts", "lib.decorators.d.ts"]);
    const index = (texts.get("index.d.ts") ?? "").split("\n").filter((line) => line.trim() !== "");
    assert.deepEqual(index, [
      '/// <reference path="lib.decorators.d.ts" />',
      files["lib/lib.es5.d.ts"],
      "interface Set<T> {}",
      files["node/web/url.d.ts"],
      "declare var process: 1;",
    ]);
    assert.doesNotMatch(texts.get("lib.decorators.d.ts") ?? "", /reference/);
  });

  for (const [what, name, text] of [
    ["a module that can't be moved", "node/web/url.d.ts", 'import { a } from "./a";\ndeclare global {}'],
    ["types of another package", "node/web/url.d.ts", '/// <reference types="other" />'],
  ] as const) {
    it(`refuses ${what}`, () => {
      write({ ...files, [name]: text });
      assert.throws(bundle, /^Error: invalid declarations; expected .*url\.d\.ts/);
    });
  }

  it("was made by the build, for the installed versions", () => {
    assert.deepEqual(globalTypes().lib, []);
  });
});

describe("globals in a cell", () => {
  let language: Language;

  async function errors(source: string): Promise<string[]> {
    const compiled = await language.compile(source, { count: 1 });
    if (compiled.ok) {
      await language.settle(1, { unassigned: [] });
      return [];
    }
    return compiled.diagnostics.map(({ message }) => message.split("\n")[0] ?? "");
  }

  afterEach(() => language.close());

  it("have JavaScript's, Node's and the web's types", async () => {
    language = Language.open({ directory });
    const right = `
      import { readFileSync } from "node:fs"; import { MessagePort } from "worker_threads";
      const buffer: Buffer = readFileSync("x"); const response: Promise<Response> = fetch("x");
      const controller = new AbortController(); const socket: WebSocket | undefined = undefined;
      const sorted: number[] = [2, 1].toSorted(); const grouped = Object.groupBy([1], () => "a");
      const timer: NodeJS.Timeout = setTimeout(() => {}, 1); const half = new Float16Array(1);
      const iterator: Iterator<number> = [1].values().map((it) => it + 1); const event = new Event("x");
      const port: MessagePort | undefined = undefined; using nothing = null; const url = new URL("a:b");`;
    assert.deepEqual(await errors(right), []);
    assert.deepEqual(await errors("process.argz; new URL('a:b').hreff; [1].toSortd()"), [
      "Property 'argz' does not exist on type 'Process'.",
      "Property 'hreff' does not exist on type 'URL'. Did you mean 'href'?",
      "Property 'toSortd' does not exist on type 'number[]'. Did you mean 'toSorted'?",
    ]);
  });

  it("are the same beside a package that refers to parts of them", async () => {
    write({
      "node_modules/old/package.json": '{ "name": "old", "types": "index.d.ts", "main": "index.js" }',
      "node_modules/old/index.js": "",
      "node_modules/old/index.d.ts":
        '/// <reference lib="es2020" />\n/// <reference types="node" />\n' +
        "export declare function read(from: NodeJS.ReadableStream, options: Partial<{ a: 1 }>): Promise<Buffer>;",
    });
    language = Language.open({ directory });
    const source =
      'import { read } from "old"; import { createReadStream } from "fs"; const text: string = (await read(createReadStream("x"), {})).toString();';
    assert.deepEqual(await errors(source), []);
    assert.deepEqual(
      await errors("const wrong: Buffer = await read(process.stdin, { a: 2 }); [1].map((it) => it.nope)"),
      ["Type '2' is not assignable to type '1'.", "Property 'nope' does not exist on type 'number'."],
    );
  });
});
