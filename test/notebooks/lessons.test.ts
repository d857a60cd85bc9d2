// Every notebook of notebooks/ runs offline from beginning to end, and is kept as the readers of diffs want it.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Workplace } from "../kernel/cli/command.js";
import { codeCells, failed, mayFail, NotebookRun, readNotebook, textOf } from "./notebook-run.js";

const folder = fileURLToPath(new URL("../../../notebooks/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

describe("notebooks", function () {
  this.timeout(600_000);

  it("are there", () => {
    for (const name of ["01-data-preprocessing", "02-training-a-cnn", "04-evaluation"])
      assert.ok(files.includes(`${name}.ipynb`), name);
  });

  for (const name of files) {
    const file = `notebooks/${name}`;

    it(`${name} is saved without outputs, as Jupyter saves it, with short cells and ids that say something`, () => {
      const { notebook, asSaved } = readNotebook(file);
      assert.ok(asSaved, "other spaces or order than Jupyter's");
      assert.equal((notebook.metadata.kernelspec as { name?: string }).name, "cellgrad");
      for (const cell of notebook.cells) assert.match(cell.id, /^[a-z][a-z0-9-]+$/);
      for (const cell of codeCells(notebook)) {
        assert.deepEqual([cell.outputs, cell.execution_count], [[], null], cell.id);
        assert.ok(cell.source.split("\n").length <= 25, `${cell.id} is longer than 25 lines`);
      }
    });

    it(`${name} runs offline, and fails where it says so and nowhere else`, async () => {
      const workplace = new Workplace();
      try {
        const run = await NotebookRun.of(file, workplace);
        console.log(`    ${run.seconds.toFixed(1)} s (machine ${run.busy.toFixed(1)} × busy)`);
        assert.equal(run.code, 0, run.stderr);
        const cells = run.codeCells;
        assert.deepEqual(
          cells.filter(failed).map(({ id }) => id),
          cells.filter(mayFail).map(({ id }) => id),
        );
        assert.ok(cells.some(mayFail), "no mistake is shown");
        for (const cell of cells.filter((one) => !mayFail(one))) {
          const nothing = cell.outputs.map(textOf).filter((text) => /\bNaN\b|undefined/.test(text));
          assert.deepEqual(nothing, [], cell.id);
        }
        assert.ok(run.seconds < 60 * run.busy, `${run.seconds} s`);
      } finally {
        workplace.remove();
      }
    });
  }
});
