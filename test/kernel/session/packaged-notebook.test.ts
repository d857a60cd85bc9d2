// Notebooks that come with an installed package, and so stand below node_modules: types, type errors and imports are there as
// elsewhere.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const packages: [name: string, type: string][] = [
  ["installed", "module"],
  ["installed", "commonjs"],
  ["@scope/installed", "module"],
];

for (const [name, type] of packages) {
  describe(`a notebook of the package ${name}, "type": "${type}"`, () => {
    let kernel: KernelClient;
    let root = "";
    let folder = "";
    const file = (at: string, text: string) => {
      const target = path.join(root, "node_modules", at);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
    };
    before(async () => {
      root = realpathSync(mkdtempSync(path.join(tmpdir(), "cellgrad-packaged-")));
      folder = path.join(root, "node_modules", name, "notebooks");
      file(`${name}/package.json`, JSON.stringify({ name, version: "1.0.0", type }));
      file(`${name}/notebooks/local.ts`, 'import { deep } from "./deep.js"; export const local: number = deep + 1;');
      file(`${name}/notebooks/deep.ts`, "export enum Deep { one = 1 } export const deep: number = Deep.one;");
      file(`${name}/notebooks/plain.mjs`, "export const plain = 'p'");
      file(`${name}/shared/above.mts`, "export class Above { value = 4 }");
      file("other/package.json", '{ "name": "other", "version": "1.0.0", "main": "main.js", "types": "main.d.ts" }');
      file("other/main.js", "exports.other = 6");
      file("other/main.d.ts", "export declare const other: number;");
      file("typed/package.json", '{ "name": "typed", "version": "1.0.0", "type": "module", "exports": "./main.js" }');
      file("typed/main.js", "export const typed = 'own types'");
      kernel = await startKernel({ cwd: folder });
    });
    after(async () => {
      await kernel.close();
      rmSync(root, { recursive: true, force: true });
    });

    const refused = async (code: string, message: RegExp) => {
      const { reply } = await kernel.execute(`${code}; console.log("ran")`);
      assert.equal(reply.ename, "TypeScriptError", `${code} ran`);
      assert.match(String(reply.evalue), message);
    };

    it("has `tf` and `ml` with their types, also in what later cells use", async () => {
      assert.equal(await kernel.text("const t = tf.scalar(1).add(2); t.dataSync()[0]"), "3");
      await refused("tf.nonsense", /'nonsense' does not exist/);
      await refused("ml.nonsense", /'nonsense' does not exist/);
      await refused("t.nonsense", /'nonsense' does not exist on type 'Tensor/);
      await kernel.execute("const m = ml.models.mlp({ inputShape: [2], hidden: [4], classes: 2, seed: 1 })");
      await refused("m.nonsense", /'nonsense' does not exist on type 'LayersModel'/);
      await refused("display.nonsense", /'nonsense' does not exist on type 'Display'/);
    });

    it("knows what earlier cells declared", async () => {
      await kernel.execute("class A { b = 1 }; interface I { c: string }; enum E { x }; const a = new A(); let i: I");
      await refused("a.nonsense", /'nonsense' does not exist on type 'A'/);
      await refused("i = { c: 1 }", /TS2322/);
      await refused("E.y", /'y' does not exist/);
      await refused("const f = (value) => value", /TS7006/);
      assert.equal(await kernel.text("a.b + E.x"), "1");
      const { matches } = await kernel.request("complete_request", { code: "a.", cursor_pos: 2 });
      assert.deepEqual(matches, ["b"]);
    });

    it("imports files beside it with their types, also after an edit", async () => {
      assert.equal(await kernel.text('import { local } from "./local.ts"; local'), "2");
      await refused("const wrong: string = local", /TS2322/);
      assert.equal(await kernel.text('import { Above } from "../shared/above.mts"; new Above().value'), "4");
      await refused("new Above().nonsense", /'nonsense' does not exist on type 'Above'/);
      assert.equal(await kernel.text('import { plain } from "./plain.mjs"; plain'), "'p'");
      await refused("plain.nonsense", /TS2339/);
      file(`${name}/notebooks/deep.ts`, "export const deep: number = 41; export const added = 'new';");
      assert.equal(
        await kernel.text('import { local } from "./local.ts"; import { added } from "./deep"; local + added'),
        "'42new'",
      );
    });

    it("imports packages with their types", async () => {
      assert.equal(await kernel.text('import { other } from "other"; other'), "6");
      await refused("other.nonsense", /'nonsense' does not exist on type 'number'/);
      assert.equal(await kernel.text('const { other: required } = require("other"); required'), "6");
      await refused('import "no-such-package"', /TS2307|TS2882/);
      assert.equal(await kernel.text('import { Tensor } from "@tensorflow/tfjs"; t instanceof Tensor'), "true");
      assert.equal(await kernel.text('import { typed } from "typed"; typed'), "'own types'");
    });
  });
}
