// The library's example cells run as they stand in a fresh notebook, offline, and show what they promise.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Workplace } from "../kernel/cli/command.js";
import { failed, NotebookRun } from "./notebook-run.js";

/** Wall time on two cores that have nothing else to do, in seconds. */
const longest = 90;

describe("notebook of the library's example cells", function () {
  this.timeout(600_000);
  const workplace = new Workplace();
  let run: NotebookRun;
  before(async () => {
    run = await NotebookRun.of("test/notebooks/api.ipynb", workplace);
    console.log(`    ${run.seconds.toFixed(1)} s (machine ${run.busy.toFixed(1)} × busy)`);
  });
  after(() => workplace.remove());

  it("runs to its end; only the download says that there is no network", () => {
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(
      run.codeCells.filter(failed).map(({ id }) => id),
      ["cifar10"],
    );
    assert.match(run.text("cifar10"), /cannot download https:.*Without a network, put the file at data\/cifar-10\//);
  });

  it("takes less than 90 s where nothing else runs", () => {
    assert.ok(run.seconds < longest * run.busy, `${run.seconds} s`);
  });

  it("shows data sets, the model, training and its engine", () => {
    assert.match(run.text("mnist"), /^5,000 samples of \[28, 28, 1\] uint8, 10 classes/);
    assert.match(run.text("model"), /62,384 parameters/);
    assert.deepEqual(run.mimeTypes("fit").sort(), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    assert.match(run.text("history"), /epoch: 1,[\s\S]*valAccuracy: 0\.\d+,[\s\S]*imagesPerSecond: \d/);
    assert.match(run.text("engine"), /compiled/);
    assert.match(run.text("compiled-step"), /^\d+\.\d+/);
  });

  it("goes on where a checkpoint ended", () => {
    const rows = run.text("resume").split("\n");
    assert.equal(rows.length, 6);
    const [, first] = rows;
    const loss = Number(/loss: ([\d.e-]+)/.exec(run.text("history"))?.[1]);
    assert.ok(first?.includes(String(Number(loss.toPrecision(4)))), `${first} for ${loss}`);
    assert.ok(existsSync(workplace.path("runs/a/checkpoint.json")));
    assert.equal(readFileSync(workplace.path("runs/a.csv"), "utf8").trim().split("\n").length, 4);
  });

  it("finds learning rates, validates on folds, and evaluates", () => {
    assert.match(run.text("learning-rate-shown"), /loss over learning rates from 1e-7/);
    assert.match(run.text("cross-validation-shown"), /^5-fold cross-validation: .*accuracy 0\.[89]/);
    assert.match(run.text("evaluate"), /^accuracy 9\d\.\d % \(95 % interval [\s\S]*precision +recall/);
    assert.ok(Number(run.text("precision")) > 0.9);
    assert.ok(Number(run.text("roc-auc")) > 0.99);
    assert.match(run.text("roc-curve"), /fpr: [\s\S]*tpr: [\s\S]*thresholds: /);
    for (const chart of ["confusion-matrix", "roc-curve", "loss-curve", "learning-rate", "class-balance", "image-grid"])
      assert.deepEqual(run.mimeTypes(`${chart}-plot`).sort(), [
        "application/vnd.vegalite.v5+json",
        "image/png",
        "text/plain",
      ]);
  });

  it("reaches 97 % on digits that it never saw", async () => {
    const accuracyOf = (one: NotebookRun) => Number(/^accuracy ([\d.]+) %/.exec(one.text("evaluate"))?.[1]);
    let accuracy = accuracyOf(run);
    console.log(`    accuracy ${accuracy} %`);
    // Nobody chose the first weights: of 1,000 digits about 975 are right, in one run of a dozen fewer than 970.
    if (accuracy < 97) {
      accuracy = accuracyOf(await NotebookRun.of("test/notebooks/api.ipynb", workplace));
      console.log(`    accuracy ${accuracy} % with other first weights`);
    }
    assert.ok(accuracy >= 97, String(accuracy));
  });
});
