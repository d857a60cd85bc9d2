// Every notebook of notebooks/ runs offline from beginning to end and shows what its file shows, which is newer than its code
// and can be seen without a script. Lessons have the parts that a reader expects, and tell no figure that is not there.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cellsToRun } from "../../kernel/cli/notebook-runner.js";
import { stampIn, stampsOf } from "../../kernel/cli/source-stamp.js";
import { Workplace } from "../kernel/cli/command.js";
import { changed, changesOf } from "./data-changes.js";
import { figuresWithoutSource } from "./figures.js";
import { missingParts } from "./lesson-parts.js";
import { codeCells, failed, mayFail, NotebookRun, readNotebook, textOf } from "./notebook-run.js";
import { displayProblems } from "./plain-displays.js";
import { type Closeness, differences } from "./same-outputs.js";
import { termsTooEarly } from "./terms.js";

const folder = fileURLToPath(new URL("../../../notebooks/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

/** Trains a small net, in a second. */
const canary = "notebooks/00-start-here.ipynb";
let found: Promise<Closeness> | undefined;

/**
 * Whether this machine computes as the one that saved the outputs did: to the last digit that is shown, whatever the number of threads
 * and the version of Node. Another kind of processor adds up in another order; then two runs here must agree, and the file's
 * words be the same.
 */
function closeness(): Promise<Closeness> {
  found ??= compareMachines();
  return found;
}

async function compareMachines(): Promise<Closeness> {
  const again = async () => {
    const workplace = new Workplace();
    try {
      return (await NotebookRun.of(canary, workplace)).notebook;
    } finally {
      workplace.remove();
    }
  };
  const first = await again();
  if (differences(readNotebook(canary).notebook, first).length === 0) return "numbers";
  assert.deepEqual(differences(first, await again()), [], "two runs on this machine differ");
  return "words";
}

const lessons = [
  "00-start-here",
  "01-data-preprocessing",
  "02-training-a-cnn",
  "03-backpropagation-by-hand",
  "04-evaluation",
  "05-error-analysis",
  "06-overfitting",
  "07-optimisation",
  "08-export",
  "09-compression",
  "10-serving",
  "11-monitoring",
  "12-testing-and-ci",
  "13-automated-deployment",
  "14-mock-interview",
];

/** What renews the outputs of all. */
const renew = "run `npm run notebooks`";

describe("notebooks", function () {
  this.timeout(600_000);

  it("are the fifteen lessons and the gallery", () => {
    assert.deepEqual(
      files.toSorted(),
      [...lessons, "gallery"].map((name) => `${name}.ipynb`),
    );
  });

  it("explain each term before they use it, read from 00 to 14", () => {
    const texts = lessons.map((name) => {
      const { cells } = readNotebook(`notebooks/${name}.ipynb`).notebook;
      const text = cells.filter(({ cell_type }) => cell_type === "markdown").map(({ source }) => source);
      return { lesson: name.slice(0, 2), cells: text };
    });
    assert.deepEqual(termsTooEarly(texts), []);
  });

  for (const name of files) {
    const file = `notebooks/${name}`;

    it(`${name} is saved as Jupyter saves it, with short cells and ids that say something`, () => {
      const { notebook, asSaved } = readNotebook(file);
      assert.ok(asSaved, "other spaces or order than Jupyter's");
      assert.equal((notebook.metadata.kernelspec as { name?: string }).name, "cellgrad");
      for (const cell of notebook.cells) assert.match(cell.id, /^[a-z][a-z0-9-]+$/);
      for (const cell of codeCells(notebook))
        assert.ok(cell.source.split("\n").length <= 25, `${cell.id} is longer than 25 lines`);
    });

    it(`${name} has outputs of the code that is there now`, () => {
      const { notebook } = readNotebook(file);
      const stamps = stampsOf(notebook);
      const old = cellsToRun(notebook).filter((cell) => stampIn(cell) !== stamps.get(cell));
      assert.deepEqual(
        old.map(({ id }) => id),
        [],
        `outputs older than the code, or none: ${renew}`,
      );
      const counts = cellsToRun(notebook).map((cell) => cell.execution_count);
      assert.deepEqual(
        counts,
        counts.map((_, i) => i + 1),
        `not run from the top: ${renew}`,
      );
    });

    it(`${name} can be read without a script, and its displays are small`, () => {
      assert.deepEqual(displayProblems(readNotebook(file).notebook), []);
    });

    if (/^\d\d-/.test(name)) {
      it(`${name} has a lesson's parts`, () => {
        assert.deepEqual(missingParts(readNotebook(file).notebook), []);
      });

      it(`${name} says which line to change for other pictures`, () => {
        const { notebook } = readNotebook(file);
        const changes = [...changesOf(notebook).values()];
        // The last one has none.
        assert.ok(changes.length > 0 || name.startsWith("14-"));
        for (const change of changes) changed(notebook, change);
      });

      it(`${name} quotes figures that its cells show`, () => {
        assert.deepEqual(figuresWithoutSource(readNotebook(file).notebook), []);
      });
    }

    it(`${name} runs offline, fails where it says so and nowhere else, and shows the same as its file`, async () => {
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
        assert.deepEqual(
          differences(readNotebook(file).notebook, run.notebook, await closeness()),
          [],
          `if it shall be so, ${renew}`,
        );
        assert.ok(run.seconds < 60 * run.busy, `${run.seconds} s`);
      } finally {
        workplace.remove();
      }
    });
  }
});
