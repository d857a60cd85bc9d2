// TensorFlow.js's own format: what is written is read by TensorFlow.js, replaced as a whole, and refused where it reaches elsewhere.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { writeFolderAtomically } from "../../../lib/engine/atomic-file.js";
import { ready } from "../../../lib/engine/backend.js";
import { loadTfjs, tfjs } from "../../../lib/exporters/tfjs.js";
import { trainedBatchNorm } from "./trained-models.js";

describe("exporters.tfjs", () => {
  let directory: string;
  before(async () => {
    await ready();
    directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-tfjs-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));
  const folder = (name: string) => path.join(directory, name);

  it("writes a folder that gives the same answers when it is read", async () => {
    const model = await trainedBatchNorm();
    const report = await tfjs(model, folder("model"));
    const files = readdirSync(folder("model")).toSorted();
    assert.deepEqual(files, ["group1-shard1of1.bin", "model.json"]);
    assert.equal(
      report.bytes,
      files.reduce((sum, name) => sum + readFileSync(path.join(folder("model"), name)).length, 0),
    );
    const description = JSON.parse(readFileSync(path.join(folder("model"), "model.json"), "utf8")) as {
      format: string;
    };
    assert.equal(description.format, "layers-model");
    const other = await loadTfjs(folder("model"));
    const xs = tf.randomNormal([3, 8, 8, 3]);
    const [a, b] = [model, other].map((each) => (each.predict(xs) as tf.Tensor).dataSync());
    assert.deepEqual(a, b);
    xs.dispose();
    model.dispose();
    other.dispose();
  });

  it("keeps the depth multiplier of separable convolutions, which TensorFlow.js's own JSON leaves out", async () => {
    const layer = () =>
      tf.layers.separableConv2d({ filters: 3, kernelSize: 2, depthMultiplier: 2, inputShape: [4, 4, 2] });
    const model = tf.sequential({ layers: [tf.sequential({ layers: [layer()] })] });
    await tfjs(model, folder("separable"));
    const other = await loadTfjs(folder("separable"));
    const xs = tf.randomNormal([2, 4, 4, 2]);
    const [a, b] = [model, other].map((each) => (each.predict(xs) as tf.Tensor).dataSync());
    assert.deepEqual(a, b);
    rmSync(folder("separable"), { recursive: true });
    xs.dispose();
    model.dispose();
    other.dispose();
  });

  it("cuts large weights into shards", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1200, inputShape: [1000] })] });
    await tfjs(model, folder("large"));
    assert.deepEqual(readdirSync(folder("large")).toSorted(), [
      "group1-shard1of2.bin",
      "group1-shard2of2.bin",
      "model.json",
    ]);
    const other = await loadTfjs(folder("large"));
    assert.deepEqual(other.getWeights()[0]?.dataSync(), model.getWeights()[0]?.dataSync());
    model.dispose();
    other.dispose();
  });

  it("replaces the folder as a whole, or not at all", async () => {
    writeFileSync(path.join(folder("large"), "of-before"), "");
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    await tfjs(model, folder("large"));
    assert.deepEqual(readdirSync(folder("large")).toSorted(), ["group1-shard1of1.bin", "model.json"]);
    const failing = writeFolderAtomically(folder("large"), async (temporary) => {
      writeFileSync(path.join(temporary, "half"), "");
      throw new Error("no space");
    });
    await assert.rejects(failing, /no space/);
    assert.deepEqual(readdirSync(folder("large")).toSorted(), ["group1-shard1of1.bin", "model.json"]);
    assert.deepEqual(readdirSync(directory).toSorted(), ["large", "model"]);
    model.dispose();
  });

  it("refuses what is no such folder, and weights elsewhere", async () => {
    await assert.rejects(loadTfjs(folder("nothing")), /invalid directory; expected a folder with a model\.json/);
    const file = path.join(folder("model"), "model.json");
    const description = JSON.parse(readFileSync(file, "utf8")) as tf.io.ModelJSON;
    const [manifest] = description.weightsManifest;
    if (manifest) manifest.paths = ["../../secret.bin"];
    writeFileSync(file, JSON.stringify(description));
    await assert.rejects(loadTfjs(folder("model")), /invalid model\.json; expected weights in its own folder/);
    await assert.rejects(tfjs({} as tf.LayersModel, folder("x")), /invalid model; expected a tf\.LayersModel/);
    assert.ok(!existsSync(folder("x")));
  });
});
