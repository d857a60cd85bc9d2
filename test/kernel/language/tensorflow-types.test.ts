// The bundled declarations: what becomes of modules that import, rename, export and extend each other; and that the bundle of
// TensorFlow.js means for a user what its own packages mean.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { tensorFlowFolders } from "../../../kernel/language/kernel-paths.js";
import { Language } from "../../../kernel/language/language.js";
import { bundleDeclarations } from "../../../kernel/language/tensorflow-types/bundle.js";
import {
  bundledTypes,
  bundleFolder,
  libraryFolder,
  libraryName,
} from "../../../kernel/language/tensorflow-types/bundled-types.js";
import { DeclarationGraph } from "../../../kernel/language/tensorflow-types/declaration-graph.js";
import * as library from "../../../lib/index.js";

const files = {
  "core/package.json": '{ "name": "@t/core", "types": "dist/index.d.ts" }',
  "core/dist/index.d.ts": [
    "import './chained';",
    "export * from './ops';",
    "export { Shape, Box as Crate } from './box';",
    "import * as util from './util';",
    "export { util };",
  ].join("\n"),
  "core/dist/box.d.ts": [
    "/// <reference types='node' />",
    "export type Shape = number[];",
    "/** Holds. */",
    "export declare class Box<S extends Shape = Shape> { protected secret: string; shape: S; }",
  ].join("\n"),
  "core/dist/ops.d.ts": [
    "import { Box as B, Shape } from './box';",
    "/** Makes one. */",
    "declare function box_<S extends Shape>(shape: S): B<S>;",
    "export declare const box: typeof box_;",
    'export declare const Kind = "Box";',
    'export declare function size(of: import("./box").Box): number;',
    "export {};",
  ].join("\n"),
  "core/dist/util.d.ts": "export * from './check';\nexport declare const version: string;",
  "core/dist/check.d.ts": "export declare function check(condition: boolean): asserts condition;",
  "core/dist/chained.d.ts": [
    "import { Shape } from './box';",
    "import { Unit } from './unit';",
    "declare module './box' { interface Box<S extends Shape = Shape> { scale(by: Unit): Box<S>; } }",
  ].join("\n"),
  "core/dist/unit.d.ts": "export type Unit = 1 | 2;",
  "whole/package.json": '{ "name": "@t/whole", "typings": "index.d.ts" }',
  "whole/index.d.ts": "export * from '@t/core';\nexport declare namespace extra { const one: 1; }",
};

describe("bundled declarations", () => {
  let directory: string;
  let packages: Map<string, string>;

  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "cellgrad-bundle-"));
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(directory, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    packages = new Map(["whole", "core"].map((name) => [`@t/${name}`, path.join(directory, name)]));
  });

  after(() => rmSync(directory, { recursive: true, force: true }));

  it("mean what the modules mean", async () => {
    const notebook = path.join(directory, "notebook");
    for (const [name, text] of bundleDeclarations(packages)) {
      const file = path.join(notebook, "node_modules", "bundle", name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const language = Language.open({ directory: notebook });
    try {
      const refusal = async (source: string) => {
        const compilation = await language.compile(source, { count: 1 });
        await language.settle(1, { unassigned: [] });
        return compilation.ok ? "" : compilation.evalue.split("\n")[0];
      };
      const imports = `import * as all from "bundle/whole"; import { Crate } from "bundle/core"; import { Box } from "bundle/core/dist/box";`;
      const uses = "const made: Crate<[1, 2]> = all.box([1, 2] as [1, 2]); const same: Box<[1, 2]> = made.scale(2);";
      const others =
        'const kind: "Box" = all.Kind; all.util.check(all.size(same) > all.extra.one); all.util.version.trim();';
      assert.equal(await refusal(`${imports} ${uses} ${others}`), "");
      assert.match((await refusal(`${imports} all.box([1]).scale(3)`)) ?? "", /'3' is not assignable.*'Unit'/);
      assert.match((await refusal(`${imports} all.Box`)) ?? "", /'Box' does not exist/);
      assert.match((await refusal(`${imports} all.Shape`)) ?? "", /only refers to a type|does not exist/);
      const position = `${imports} all.box`;
      const found = await language.inspect(position, position.length, 0);
      assert.equal(found?.documentation, "Makes one.");
      assert.equal(found?.signature, "const box: <S extends Shape>(shape: S) => Box<S>");
    } finally {
      await language.close();
    }
  });

  it("keep the references of the modules, once", () => {
    const text = bundleDeclarations(packages).get("all.d.ts") ?? "";
    assert.equal(text.split("/// <reference types='node' />").length, 2);
  });

  it("refuse what they can't carry", () => {
    const odd = path.join(directory, "odd");
    mkdirSync(odd, { recursive: true });
    writeFileSync(path.join(odd, "package.json"), '{ "types": "index.d.ts" }');
    writeFileSync(path.join(odd, "index.d.ts"), "declare const a: number; export = a;");
    assert.throws(() => bundleDeclarations(new Map([["odd", odd]])), /invalid declarations.*TSExportAssignment/);
    writeFileSync(path.join(odd, "index.d.ts"), "export * from 'elsewhere';");
    assert.throws(() => bundleDeclarations(new Map([["odd", odd]])), /no declarations of elsewhere/);
  });

  it("of TensorFlow.js were made by the build, for the installed versions", () => {
    const folders = tensorFlowFolders();
    const paths = bundledTypes(folders);
    assert.deepEqual(
      Object.keys(paths).filter((name) => !name.endsWith("*")),
      ["cellgrad", ...folders.keys()],
    );
    assert.deepEqual(bundledTypes(new Map([...folders].slice(1))), {}, "others than those that were bundled");
  });

  it("of TensorFlow.js have every name that the packages export", () => {
    const folders = tensorFlowFolders();
    const graph = new DeclarationGraph(folders);
    const texts = bundleDeclarations(folders);
    const names = graph.exportedNames(graph.entry("@tensorflow/tfjs"));
    const declared = (texts.get("tfjs.d.ts") ?? "").matchAll(/^export (?:import|declare const|const) ([\w$]+)/gm);
    assert.deepEqual([...new Set([...declared].map(([, name]) => name))].sort(), [...names].sort());
    assert.ok(names.size > 600);
  });

  it("of the library have every name that it exports", () => {
    const folders = new Map([...tensorFlowFolders(), [libraryName, libraryFolder]]);
    const graph = new DeclarationGraph(folders);
    const names = graph.exportedNames(graph.entry(libraryName));
    const text = readFileSync(path.join(bundleFolder, `${libraryName}.d.ts`), "utf8");
    const declared = [...text.matchAll(/^export (?:import|declare const|const) ([\w$]+)/gm)].map(([, name]) => name);
    assert.deepEqual(declared.sort(), [...names].sort());
    for (const name of Object.keys(library)) assert.ok(names.has(name), name);
  });
});
