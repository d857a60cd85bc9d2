// Members of modules: their types are read once, and again when the module may be another.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Language } from "../../../kernel/language/language.js";

describe("module-members", () => {
  let directory: string;
  let language: Language;
  let count = 0;
  before(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-members-"));
    language = Language.open({ directory });
  });
  after(async () => {
    await language.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function offered(source: string): Promise<Map<string, [type: string, signature: string]>> {
    const { items } = await language.complete(source, source.length);
    return new Map(items.map(({ text, type, signature }) => [text, [type, signature]]));
  }

  async function run(source: string): Promise<void> {
    const compilation = await language.compile(source, { count: ++count });
    assert.ok(compilation.ok, compilation.ok ? "" : compilation.evalue);
    await language.settle(count, { unassigned: [] });
  }

  it("says the same of a member in every cell, whatever was typed of it", async () => {
    const first = (await offered("tf.tensor2")).get("tensor2d");
    assert.equal(first?.[0], "function");
    assert.match(first?.[1] ?? "", /values: TensorLike2D, shape\?: \[number, number\]/);
    await run("const between = 1");
    assert.deepEqual((await offered("between; tf.tensor2d")).get("tensor2d"), first);
    assert.deepEqual((await offered("tf.tensor")).get("tensor2d"), first);
    assert.match((await offered("ml.metrics.accu")).get("accuracy")?.[1] ?? "", /yTrue/);
  });

  it("describes the first screen of a long list", async () => {
    const items = [...(await offered("tf.")).values()];
    assert.ok(items.length > 400);
    assert.ok(items.slice(0, 30).filter(([, signature]) => signature !== "").length > 20);
  });

  it("sees a namespace of a cell as it was declared last", async () => {
    await run("namespace Box { export const size = 1 }");
    assert.deepEqual((await offered("Box.si")).get("size"), ["instance", "1"]);
    await run('namespace Box { export const size: string = "a" }');
    assert.deepEqual((await offered("Box.si")).get("size"), ["instance", "string"]);
  });

  it("sees a module of the notebook's folder as its file is now", async () => {
    const file = path.join(directory, "measure.ts");
    writeFileSync(file, "export const width: number = 1;\n");
    await run('import * as measure from "./measure"');
    assert.deepEqual((await offered("measure.wi")).get("width"), ["instance", "number"]);
    writeFileSync(file, "export const width: string = 'one';\n");
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    await run("measure.width.length");
    assert.deepEqual((await offered("measure.wi")).get("width"), ["instance", "string"]);
  });
});
