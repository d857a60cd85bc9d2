// What the README promises on its first screen: the cell runs as it stands, the commands are there.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Workplace } from "./command.js";

const readme = readFileSync(fileURLToPath(new URL("../../../../README.md", import.meta.url)), "utf8");

describe("README", () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.remove());

  it("has a first cell that learns what it says", async () => {
    const source = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
    assert.ok(source);
    const cell = { cell_type: "code", metadata: {}, source, outputs: [], execution_count: null };
    const file = workplace.path("readme.ipynb");
    writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells: [cell] }));
    const { code, stderr } = await workplace.run(["run", file]);
    assert.equal(code, 0, stderr);
    const [output] = JSON.parse(readFileSync(file, "utf8")).cells[0].outputs;
    const shown = output.data["text/plain"].join("");
    const [weight, bias] = [/weight: ([\d.]+)/, /bias: ([\d.]+)/].map((pattern) => Number(pattern.exec(shown)?.[1]));
    assert.ok(Math.abs((weight ?? 0) - 3) < 0.3 && Math.abs((bias ?? 0) - 0.5) < 0.2, shown);
  });

  it("names commands and options that exist", async () => {
    const rows = [...readme.matchAll(/^\| `cellgrad (.*?)` \|/gm)].map(([, usage = ""]) =>
      usage.replaceAll("\\|", "|"),
    );
    assert.ok(rows.length >= 5);
    for (const usage of rows) {
      const words = usage.split(/\s+/);
      const command = words.filter((word) => /^[a-z]+$/.test(word));
      const { code, stdout } = await workplace.run([...command, "--help"]);
      assert.equal(code, 0, usage);
      for (const option of usage.match(/--[a-z-]+/g) ?? []) assert.ok(stdout.includes(option), `${option} in ${usage}`);
    }
  });
});
