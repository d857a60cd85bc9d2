// Imports: each kind of answer that the session gives, once a version, in circles too; and one copy of what is the kernel's.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ResolvedModule } from "../../../kernel/ipc/cell-messages.js";
import { identityMap, WorkerClient } from "./worker-client.js";

describe("worker: modules", () => {
  let client: WorkerClient;
  before(async () => {
    client = await WorkerClient.start();
  });
  after(() => client.close());

  /** A local file whose body has `$exports` and `$cellgrad`. */
  function local(name: string, version: string, body: string): ResolvedModule {
    const code = `(async function ($cellgrad, $exports, $meta) {\n${body}\n})`;
    return { kind: "module", path: join(client.directory, name), version, code, source: body, map: identityMap(body) };
  }

  function file(name: string, text: string): string {
    const path = join(client.directory, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  function answer(modules: Record<string, ResolvedModule>): void {
    client.resolve = (specifier) =>
      modules[specifier] ?? { kind: "error", message: `Cannot find module '${specifier}'` };
  }

  it("load Node's own, ESM packages and CommonJS packages with all their names", async () => {
    const esm = file("node_modules/esm/index.mjs", "export const named = 1; export default 'the default'");
    const cjs = file("node_modules/cjs/index.cjs", "for (const name of ['hidden', 'names']) exports[name] = name;");
    const compiled = file(
      "node_modules/compiled/index.cjs",
      "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = class Main {}; exports.x = 1",
    );
    answer({
      "node:path": { kind: "native", url: "node:path" },
      esm: { kind: "native", url: pathToFileURL(esm).href },
      cjs: { kind: "native", url: pathToFileURL(cjs).href },
      compiled: { kind: "native", url: pathToFileURL(compiled).href },
    });
    assert.equal(
      await client.text("return { value: (await $cellgrad.import('node:path')).posix.join('a', 'b') }"),
      "'a/b'",
    );
    assert.equal(
      await client.text("const m = await $cellgrad.import('esm'); return { value: [m.named, m.default] }"),
      "[ 1, 'the default' ]",
    );
    assert.equal(
      await client.text(
        "const m = await $cellgrad.import('cjs'); return { value: [m.hidden, m.default.names, Object.keys(m).length] }",
      ),
      "[ 'hidden', 'names', 3 ]",
    );
    assert.equal(
      await client.text("const m = await $cellgrad.import('compiled'); return { value: [m.default.name, m.x] }"),
      "[ 'Main', 1 ]",
    );
  });

  it("evaluate a local file once a version", async () => {
    const body = "globalThis.evaluations = (globalThis.evaluations ?? 0) + 1; $exports.n = globalThis.evaluations;";
    const code =
      "const [a, b] = await Promise.all([$cellgrad.import('./a'), $cellgrad.import('./a')]); return { value: [a === b, a.n] }";
    answer({ "./a": local("a.ts", "1", body) });
    assert.equal(await client.text(code), "[ true, 1 ]");
    assert.equal(await client.text(code), "[ true, 1 ]");
    answer({ "./a": local("a.ts", "2", body) });
    assert.equal(await client.text(code), "[ true, 2 ]");
  });

  it("give import.meta to local files", async () => {
    answer({ "./m": local("sub/m.ts", "1", "Object.assign($exports, { ...$meta, other: $meta.resolve('./x.js') })") });
    const path = join(client.directory, "sub", "m.ts");
    const text = await client.text(
      "const m = await $cellgrad.import('./m'); return { value: [m.filename, m.dirname, m.url, m.other].join() }",
    );
    const urls = [pathToFileURL(path).href, pathToFileURL(join(client.directory, "sub", "x.js")).href];
    assert.equal(text, `'${[path, join(client.directory, "sub"), ...urls].join()}'`);
  });

  it("resolve what a local file imports from that file", async () => {
    const asked: (string | null)[] = [];
    const outer = local("outer.ts", "1", "$exports.inner = (await $cellgrad.import('./inner')).value");
    client.resolve = (specifier, from) => {
      asked.push(from);
      return specifier === "./outer" ? outer : local("inner.ts", "1", "$exports.value = 'inside'");
    };
    assert.equal(await client.text("return { value: (await $cellgrad.import('./outer')).inner }"), "'inside'");
    assert.deepEqual(asked, [null, join(client.directory, "outer.ts")]);
  });

  it("may import each other in a circle, also when two begin at once", async () => {
    const pair = (version: string) => ({
      "./left": local(
        "left.ts",
        version,
        "$exports.name = 'left'; const right = await $cellgrad.import('./right'); $exports.seen = () => right.name",
      ),
      "./right": local(
        "right.ts",
        version,
        "$exports.name = 'right'; const left = await $cellgrad.import('./left'); $exports.seen = () => left.name",
      ),
    });
    answer(pair("1"));
    const seen =
      "const l = await $cellgrad.import('./left'), r = await $cellgrad.import('./right'); return { value: [l.seen(), r.seen()] }";
    assert.equal(await client.text(seen), "[ 'right', 'left' ]");
    answer(pair("2"));
    const both =
      "const [l, r] = await Promise.all([$cellgrad.import('./left'), $cellgrad.import('./right')]); return { value: [l.seen(), r.seen()] }";
    assert.equal(await client.text(both), "[ 'right', 'left' ]");
  });

  it("that fail are tried again", async () => {
    answer({ "./f": local("f.ts", "1", "if (!globalThis.mended) throw new Error('not yet'); $exports.ok = true") });
    assert.equal((await client.error("await $cellgrad.import('./f')")).evalue, "not yet");
    await client.run("globalThis.mended = true");
    assert.equal(await client.text("return { value: (await $cellgrad.import('./f')).ok }"), "true");
  });

  it("that were stopped are begun anew", async () => {
    for (const [version, spin] of [
      ["1", "while (!globalThis.freed) {}"],
      ["2", "await $cellgrad.await(null); while (!globalThis.freed) {}"],
      ["3", "if (!globalThis.freed) await $cellgrad.await(new Promise(() => {}))"],
    ] as const) {
      await client.run("globalThis.freed = false");
      answer({ "./spin": local("spin.ts", version, `console.log('on'); ${spin}; $exports.version = ${version}`) });
      assert.equal((await client.stop("await $cellgrad.await($cellgrad.import('./spin'))")).done.status, "interrupted");
      await client.run("globalThis.freed = true");
      assert.equal(await client.text("return { value: (await $cellgrad.import('./spin')).version }"), version);
    }
  });

  it("of CommonJS packages that were stopped while they loaded are begun anew", async () => {
    file(
      "node_modules/slow/index.js",
      "exports.begun = true; console.log('on'); while (!globalThis.freed) {} exports.done = true",
    );
    await client.run("globalThis.freed = false");
    assert.equal((await client.stop("require('slow')")).done.status, "interrupted");
    await client.run("globalThis.freed = true");
    assert.equal(await client.text("return { value: require('slow').done }"), "true");
  });

  it("of CommonJS files are loaded anew when their version changes", async () => {
    const path = file("old.cjs", "exports.n = 1");
    answer({ "./old": { kind: "commonjs", path, version: "1" } });
    const code = "const m = await $cellgrad.import('./old'); return { value: [m.n, m.default.n] }";
    assert.equal(await client.text(code), "[ 1, 1 ]");
    file("old.cjs", "exports.n = 2");
    assert.equal(await client.text(code), "[ 1, 1 ]");
    answer({ "./old": { kind: "commonjs", path, version: "2" } });
    assert.equal(await client.text(code), "[ 2, 2 ]");
  });

  it("may be JSON, nothing, or an error that says why", async () => {
    answer({
      "./d.json": { kind: "json", path: "/d.json", version: "1", text: '{ "a": [1] }' },
      types: { kind: "empty" },
    });
    assert.equal(
      await client.text("const m = await $cellgrad.import('./d.json'); return { value: [m.a, m.default.a[0]] }"),
      "[ [ 1 ], 1 ]",
    );
    assert.equal(await client.text("return { value: await $cellgrad.import('types') }"), "{}");
    const { ename, evalue } = await client.error("await $cellgrad.import('missing')");
    assert.deepEqual([ename, evalue], ["Error", "Cannot find module 'missing'"]);
  });

  it("onnxruntime-node is not broken off: its native code would end the process", async () => {
    file(
      "node_modules/onnxruntime-node/index.js",
      "exports.run = () => { const until = Date.now() + 700; console.log('on'); while (Date.now() < until); exports.done = true }",
    );
    const code = "require('onnxruntime-node').run(); while (true) {}";
    assert.equal((await client.stop(code)).done.status, "interrupted");
    assert.equal(await client.text("return { value: require('onnxruntime-node').done }"), "true");
  });

  it("of the kernel are one copy, whoever requires them", async () => {
    file("node_modules/@tensorflow/tfjs/index.js", "exports.wrong = true");
    file("node_modules/@tensorflow/tfjs/package.json", '{ "name": "@tensorflow/tfjs", "version": "0.0.0" }');
    file(
      "node_modules/user/index.js",
      "exports.tf = require('@tensorflow/tfjs'); exports.core = require('@tensorflow/tfjs-core')",
    );
    const code =
      "const user = require('user'); return { value: [user.tf.Tensor === tf.v.Tensor, user.core.Tensor === tf.v.Tensor, require('cellgrad').environment === ml.v.environment] }";
    assert.equal(await client.text(code, { boxes: ["tf", "ml"] }), "[ true, true, true ]");
  });

  it("tslab shows through the kernel's displays", async () => {
    const url = pathToFileURL(join(client.directory, "..", "absent")).href;
    assert.ok(url);
    const { messages, done } = await client.run(
      [
        "const tslab = require('tslab');",
        "tslab.display.html('<b>'); const d = tslab.newDisplay(); d.text('one'); d.png(new Uint8Array([255]));",
        "console.log(typeof tslab.versions.typescript, tslab.versions.node === process.version);",
      ].join("\n"),
    );
    assert.equal(done.status, "ok", done.error?.traceback.join("\n"));
    const shown = messages.flatMap((it) => (it.type === "display" ? [it] : []));
    assert.deepEqual(
      shown.map(({ data, update }) => [data, update]),
      [
        [{ "text/html": "<b>", "text/plain": "<b>" }, false],
        [{ "text/plain": "one" }, false],
        [{ "image/png": "/w==", "text/plain": "[PNG image]" }, true],
      ],
    );
    assert.ok(
      shown[0]?.displayId === undefined &&
        shown[1]?.displayId !== undefined &&
        shown[1].displayId === shown[2]?.displayId,
    );
    assert.ok(messages.some((it) => it.type === "stream" && it.text === "string true\n"));
  });
});
