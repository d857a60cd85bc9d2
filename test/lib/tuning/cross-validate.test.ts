// Folds at the same time: each run gets its own part of one split, and the means are those of the folds.
import assert from "node:assert/strict";
import * as ml from "../../../lib/index.js";
import { TrialFiles } from "./trial-files.js";

describe("tuning: folds", () => {
  let files: TrialFiles;
  before(() => {
    files = new TrialFiles();
    files.write(
      "folds.js",
      `import * as ml from "cellgrad";
      export function trial({ shift = 0, failing = -1 }, context) {
        if (context.fold === failing) throw new Error("no luck");
        const samples = Array.from({ length: 12 }, (_, i) => i);
        const dataset = ml.data.fromArrays({ features: samples.map((i) => [i]), targets: samples });
        const { train, validation } = ml.tuning.foldOf(dataset, context);
        // Which samples are there, as bits.
        const bits = ({ labels }) => Array.from(labels).reduce((sum, i) => sum + 2 ** i, 0);
        return { validated: bits(validation), trained: bits(train), fold: context.fold + shift };
      }`,
    );
    // Without the library, whose loading takes a second.
    files.write(
      "light.js",
      `export function trial({ shift = 0, failing }, { fold, splitSeed }) {
        if (fold === failing) throw new Error("no luck");
        return { fold: fold + shift, split: splitSeed };
      }`,
    );
  });
  after(() => files.remove());

  const trial = () => files.path("folds.js");
  const light = () => files.path("light.js");

  it("hands each fold its own part, the same ones each time", async () => {
    const run = (workers: number) =>
      ml.tuning.crossValidate({ trial: trial(), parameters: { shift: 2 }, folds: 3, seed: 4, workers, verbose: false });
    const [one, two] = [await run(1), await run(3)];
    const scores = ({ folds }: ml.tuning.FoldScores) => folds.map((fold) => fold.scores);
    assert.deepEqual(scores(two), scores(one));
    const parts = one.folds.map((fold) => fold.scores.validated ?? 0);
    // Every sample is in one part.
    assert.equal(
      parts.reduce((all, part) => all | part, 0),
      2 ** 12 - 1,
    );
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0),
      2 ** 12 - 1,
    );
    for (const { scores } of one.folds) assert.equal((scores.validated ?? 0) + (scores.trained ?? 0), 2 ** 12 - 1);
    assert.deepEqual([one.mean.fold, one.standardDeviation.fold], [3, 1]);
    assert.match(String(one), /^3-fold cross-validation: .*fold 3\.0000 ± 1\.0000\n/);
  });

  it("are others with another seed", () => {
    const samples = Array.from({ length: 12 }, (_, i) => i);
    const dataset = ml.data.fromArrays({ features: samples.map((i) => [i]), targets: samples });
    const part = (splitSeed: number) =>
      Array.from(ml.tuning.foldOf(dataset, { number: 0, seed: 1, fold: 0, folds: 3, splitSeed }).validation.labels);
    assert.deepEqual(part(1), part(1));
    assert.notDeepEqual(part(2), part(1));
  });

  it("keeps a fold that failed, with its error", async () => {
    const found = await ml.tuning.crossValidate({
      trial: light(),
      parameters: { failing: 1 },
      folds: 2,
      verbose: false,
    });
    assert.deepEqual(
      found.folds.map(({ error }) => error?.message),
      [undefined, "no luck"],
    );
    assert.equal(found.mean.fold, Number.NaN);
    assert.match(String(found), /fold 1 failed: no luck$/);
  });

  it("judge each point of a search by their mean; one that failed fails the point", async () => {
    const found = await ml.tuning.search({
      trial: light(),
      space: { shift: [1, 2], failing: [-1, 3] },
      sampler: "grid",
      folds: 4,
      metric: "fold",
      seed: 1,
      verbose: false,
    });
    assert.deepEqual(
      found.trials.map(({ state, score, folds }) => [state, score, folds?.length]),
      [
        ["done", 2.5, 4],
        ["failed", Number.NaN, 4],
        ["done", 3.5, 4],
        ["failed", Number.NaN, 4],
      ],
    );
    // All points are judged on the same split.
    const parts = found.ranked.map(({ folds }) => folds?.map(({ scores }) => scores.split));
    assert.deepEqual(parts[0], parts[1]);
  });

  it("are missing where a trial asks for its part without them", async () => {
    const found = await ml.tuning.search({ trial: trial(), space: { shift: [1] }, metric: "fold", verbose: false });
    assert.match(
      found.failed[0]?.error?.message ?? "",
      /^invalid context; expected the context of a trial that is run with folds/,
    );
  });
});
