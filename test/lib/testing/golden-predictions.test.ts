// goldenPredictions: writes once, then finds what changed, and says whether inputs, weights or the rest did.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { expectNoTensorLeak, goldenPredictions } from "../../../lib/testing/index.js";

const textOf = (value: object): string =>
  (value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.()["text/plain"] ?? "";

describe("goldenPredictions", () => {
  let directory: string;
  let model: tf.LayersModel;
  let inputs: tf.Tensor;
  const kept = { CI: process.env.CI, CELLGRAD_UPDATE_GOLDEN: process.env.CELLGRAD_UPDATE_GOLDEN };

  before(async () => {
    await ready();
    inputs = tf.randomUniform([6, 4], -1, 1, "float32", 3);
  });
  beforeEach(() => {
    // As on a desk, also where CI runs this test.
    delete process.env.CI;
    delete process.env.CELLGRAD_UPDATE_GOLDEN;
    directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-golden-"));
    model = tf.sequential({ layers: [tf.layers.dense({ units: 3, activation: "softmax", inputShape: [4] })] });
    // Class 2, then 0, … by the largest input: sharp enough that no score is near another.
    model.setWeights([tf.tensor2d([8, 0, 0, 0, 8, 0, 0, 0, 8, 1, 2, 3], [4, 3]), tf.zeros([3])]);
  });
  afterEach(() => {
    model.dispose();
    rmSync(directory, { recursive: true, force: true });
    for (const [name, value] of Object.entries(kept)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  after(() => inputs.dispose());
  const file = () => path.join(directory, "golden.json");

  /** Makes one class a little or much likelier. */
  function changeBias(by: number): void {
    const [kernel, bias] = model.getWeights();
    const other = tf.tidy(() => (bias as tf.Tensor).add(tf.tensor1d([0, by, 0])));
    model.setWeights([kernel as tf.Tensor, other]);
    other.dispose();
  }

  it("writes the predictions the first time, and finds them again", async () => {
    const written = await goldenPredictions(model, inputs, file());
    assert.deepEqual({ ...written }, { status: "written", file: file(), inputs: 6, maxDifference: 0 });
    assert.match(textOf(written), /^6 predictions written to /);
    const content = JSON.parse(readFileSync(file(), "utf8")) as { predictions: number[][] };
    const answer = model.predict(inputs) as tf.Tensor2D;
    assert.deepEqual(
      content.predictions.map((row) => row.map(Math.fround)),
      await answer.array(),
    );
    answer.dispose();
    assert.deepEqual(readdirSync(directory), ["golden.json"]);
    // One row a line.
    assert.equal(readFileSync(file(), "utf8").match(/^ {4}\[[^[]*\],?$/gm)?.length, 6);
    // Other batches, the same numbers.
    const matched = await goldenPredictions(model, inputs, file(), { batchSize: 4 });
    assert.equal(matched.status, "matched");
    assert.ok(matched.maxDifference <= 1e-6);
    assert.match(textOf(matched), /^6 predictions are those in .*golden\.json, to \d/);
    await expectNoTensorLeak(() => goldenPredictions(model, inputs, file()));
  });

  it("allows for an absolute and a relative tolerance", async () => {
    await goldenPredictions(model, inputs, file());
    changeBias(0.01);
    await assert.rejects(goldenPredictions(model, inputs, file()), /no class changed/);
    assert.equal((await goldenPredictions(model, inputs, file(), { absoluteTolerance: 0.02 })).status, "matched");
    assert.equal((await goldenPredictions(model, inputs, file(), { relativeTolerance: 0.02 })).status, "matched");
    const tight = goldenPredictions(model, inputs, file(), { absoluteTolerance: 0, relativeTolerance: 0.001 });
    await assert.rejects(tight, /invalid predictions; expected those in .*, to 0 \+ 0\.001 · \|score\|: /);
  });

  it("names the inputs whose class changed, with both scores, and that the weights did it", async () => {
    await goldenPredictions(model, inputs, file());
    const before = (JSON.parse(readFileSync(file(), "utf8")) as { predictions: number[][] }).predictions;
    changeBias(30);
    const labels = before.map((row) => row.indexOf(Math.max(...row)));
    const input = labels.findIndex((label) => label !== 1);
    const score = Math.max(...(before[input] ?? [])).toPrecision(3);
    const flip = `input ${input}: class ${labels[input]} (${score}) → class 1 (1.00)`;
    await assert.rejects(goldenPredictions(model, inputs, file()), ({ message }: Error) => {
      assert.ok(message.includes(flip), `${message}\n${flip}`);
      assert.match(message, /of 6 differ, by up to \d/);
      assert.match(message, /the inputs are the same, the model's weights changed/);
      return true;
    });
  });

  it("tells changed inputs, and changed code, from changed weights", async () => {
    await goldenPredictions(model, inputs, file());
    const others = tf.tidy(() => inputs.add(1e-6));
    await assert.rejects(
      goldenPredictions(model, others, file()),
      /invalid inputs; expected those that .*golden\.json was made with \(float32 \[6, 4\], SHA-256 \w{12}….*: "float32 \[6, 4\]/,
    );
    others.dispose();
    const { predictions, ...rest } = JSON.parse(readFileSync(file(), "utf8")) as { predictions: number[][] };
    const changed = predictions.map((row) => row.map((score) => score + 0.1));
    writeFileSync(file(), JSON.stringify({ ...rest, predictions: changed }));
    await assert.rejects(
      goldenPredictions(model, inputs, file()),
      /6 of 6 differ, .*inputs and weights are the same, so/,
    );
    const twice = (batch: tf.Tensor) => tf.tidy(() => tf.mul(2, model.predict(batch) as tf.Tensor));
    await assert.rejects(goldenPredictions(twice, inputs, file()), /so the model changed/);
  });

  it("writes the file anew when it is told to", async () => {
    await goldenPredictions(model, inputs, file());
    changeBias(1);
    assert.equal((await goldenPredictions(model, inputs, file(), { update: true })).status, "written");
    changeBias(1);
    process.env.CELLGRAD_UPDATE_GOLDEN = "1";
    assert.equal((await goldenPredictions(model, inputs, file())).status, "written");
    process.env.CELLGRAD_UPDATE_GOLDEN = "0";
    assert.equal((await goldenPredictions(model, inputs, file())).status, "matched");
  });

  it("writes nothing in CI, and says so", async () => {
    process.env.CI = "true";
    const missing = /invalid file; expected golden predictions that are there before CI runs/;
    await assert.rejects(goldenPredictions(model, inputs, file()), missing);
    assert.ok(!existsSync(file()));
    process.env.CI = "false";
    await goldenPredictions(model, inputs, file());
    process.env.CI = "1";
    const before = readFileSync(file(), "utf8");
    changeBias(1);
    await assert.rejects(goldenPredictions(model, inputs, file(), { update: true }), missing);
    await assert.rejects(goldenPredictions(model, inputs, file()), /invalid predictions/);
    assert.equal(readFileSync(file(), "utf8"), before);
  });

  it("takes one output as two classes, and refuses files of something else", async () => {
    const one = (batch: tf.Tensor) => tf.tidy(() => tf.sigmoid(tf.sum(batch, 1, true)));
    const other = (batch: tf.Tensor) => tf.tidy(() => tf.sigmoid(tf.neg(tf.sum(batch, 1, true))));
    await goldenPredictions(one, inputs, file());
    await assert.rejects(
      goldenPredictions(other, inputs, file()),
      /input \d: class [01] \(0\.\d+\) → class [01] \(0\.\d+\)/,
    );
    await assert.rejects(goldenPredictions(model, inputs, file()), /invalid predictions; expected 1 scores an input/);
    writeFileSync(file(), '{"format":"something else"}');
    await assert.rejects(goldenPredictions(one, inputs, file()), /invalid file; expected cellgrad golden predictions/);
    writeFileSync(file(), "no JSON");
    await assert.rejects(goldenPredictions(one, inputs, file()), /invalid file; expected cellgrad golden predictions/);
  });
});
