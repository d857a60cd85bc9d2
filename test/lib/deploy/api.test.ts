// The deploy part of the library's contract, as its cells have it: a model that was trained and evaluated before, a server that runs, a folder
// that is not there yet.
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { ready } from "../../../lib/engine/backend.js";
import * as ml from "../../../lib/index.js";
import { answered, pictureFile, upload } from "../serve/pictures.js";
import { temporaryFolder } from "./corners.js";

describe("deploy as in the contract", () => {
  const start = process.cwd();
  let folder: string;
  before(async () => {
    await ready();
    folder = temporaryFolder();
    process.chdir(folder);
  });
  after(() => {
    process.chdir(start);
    rmSync(folder, { recursive: true, force: true });
  });

  it("from a trained model to a release that answers", async () => {
    const mnist = await ml.data.mnist({ train: 3000, test: 1000, seed: 7 });
    const transform = ml.transforms.compose([
      ml.transforms.resize(32),
      ml.transforms.toTensor(),
      ml.transforms.normalize([0.5], [0.5]),
    ]);
    const model = ml.models.lenet5({ inputShape: [32, 32, 1], classes: 10 });
    const train = ml.data.loader(mnist.train, { batchSize: 32, shuffle: true, seed: 1, transform });
    await ml.fit(model, {
      train,
      epochs: 2,
      loss: "crossEntropy",
      optimizer: ml.optimizers.adam({ learningRate: 2e-3 }),
      seed: 1,
    });
    const evaluation = await ml.evaluate(model, ml.data.loader(mnist.test, { batchSize: 128, transform }));

    const done = await ml.deploy.pipeline({ model, gate: { accuracy: 0.95 }, directory: "releases" });

    const [check] = done.checks;
    const accuracy = done.checks.length === 1 ? Number(check?.text.match(/accuracy ([\d.]+) %/)?.[1]) : Number.NaN;
    assert.ok(Math.abs(accuracy - 100 * evaluation.accuracy) < 0.01, `${accuracy}`);
    // Less than 95 % of 1,000 digits can't pass, more than 97 % must.
    if (evaluation.accuracy < 0.95) assert.equal(done.status, "refused");
    if (evaluation.accuracy > 0.97) assert.equal(done.status, "promoted");
    assert.equal(existsSync("releases/current"), done.status === "promoted");

    const passed = await ml.deploy.pipeline({ model, gate: { accuracy: 0.5 }, directory: "releases" });
    assert.equal(passed.status, "promoted");
    const server = await ml.deploy.serve({ directory: "releases" });
    const { values, label } = mnist.test.get(0);
    const picture = await pictureFile(Uint8Array.from(values), [28, 28, 1]);
    const { predictions } = await answered(upload(server.url, [picture]));
    assert.ok(predictions[0] && "class" in predictions[0]);
    // As the model answers the same digit in this process: trained, exported, released, served, uploaded.
    assert.equal(predictions[0].class, evaluation.yPred[0]);
    const expected = evaluation.probabilities[0] ?? [];
    const differences = predictions[0].probabilities.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
    assert.ok(Math.max(...differences) < 1e-4, `digit ${label}: ${differences}`);
    await server.close();
    model.dispose();
  });
});
