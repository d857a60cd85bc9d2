// Quantised digits: a quarter of the size, nearly the accuracy, and whole-number arithmetic where it was asked for.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { quantize } from "../../../lib/compress/index.js";
import * as data from "../../../lib/data/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { onnx } from "../../../lib/exporters/index.js";
import { decodeOnnx, encodeOnnx } from "../../../lib/exporters/onnx-file.js";
import { lenet5 } from "../../../lib/models/lenet5.js";
import { adam } from "../../../lib/optimizers/index.js";
import { fit as train } from "../../../lib/training/fit.js";
import { compose, normalize, resize, toTensor } from "../../../lib/transforms/index.js";

describe("compress.quantize", () => {
  let directory: string;
  let calibration: data.Loader;
  let test: data.Loader;
  let model: tf.LayersModel;
  const transform = compose([resize(32), toTensor(), normalize([0.5], [0.5])]);
  const file = (name: string) => path.join(directory, name);
  before(async () => {
    await ready();
    directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-quantize-"));
    const mnist = await data.mnist({ train: 2000, test: 500, seed: 7 });
    model = lenet5({ inputShape: [32, 32, 1], classes: 10, seed: 1 });
    const digits = data.loader(mnist.train, { batchSize: 32, shuffle: true, seed: 1, transform });
    await train(model, {
      train: digits,
      epochs: 3,
      loss: "crossEntropy",
      optimizer: adam({ learningRate: 2e-3 }),
      seed: 1,
    });
    calibration = data.loader(data.split(mnist.train, [0.1, 0.9], { seed: 1 })[0], { batchSize: 50, transform });
    test = data.loader(mnist.test, { batchSize: 100, transform });
    await onnx(model, file("model.onnx"));
  });
  after(() => {
    model.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  it("keeps weights as int8: a third of the size or less, the same accuracy within a point", async () => {
    const report = await quantize(file("model.onnx"), file("weights.onnx"), { test });
    assert.ok(report.sizeRatio >= 3, String(report.sizeRatio));
    assert.equal(report.after.bytes, readFileSync(file("weights.onnx")).length);
    const [before, after] = [report.before.accuracy?.value ?? 0, report.after.accuracy?.value ?? 0];
    assert.ok(before > 0.85, String(before));
    assert.ok(Math.abs(before - after) <= 0.01, `${before} ${after}`);
    assert.ok(report.agreement >= 0.98);
    assert.deepEqual(report.quantized, { weights: 5, activations: 0 });
  });

  for (const method of ["minMax", "percentile"] as const) {
    it(`computes with whole numbers, calibrated by ${method}`, async () => {
      const report = await quantize(file("model.onnx"), file("static.onnx"), {
        mode: "static",
        calibration,
        method,
        test,
      });
      assert.ok(report.sizeRatio >= 3, String(report.sizeRatio));
      const [before, after] = [report.before.accuracy?.value ?? 0, report.after.accuracy?.value ?? 0];
      assert.ok(Math.abs(before - after) <= 0.01, `${before} ${after}`);
      assert.deepEqual(report.quantized, { weights: 5, activations: 5 });
      const { graph } = decodeOnnx(readFileSync(file("static.onnx")));
      const biases = graph.initializer.filter(({ dataType }) => dataType === 6);
      assert.equal(biases.filter(({ name }) => name.endsWith("_quantized")).length, 5);
      // Ranges hold zero exactly: its place is a whole number within 0 to 255, by type.
      assert.ok(graph.initializer.some(({ name, dataType }) => name.endsWith("_zero_point") && dataType === 2));
    });
  }

  for (const imageShape of [undefined, [28, 28, 1]] as const)
    it(`calibrates a file that has its transform within on a loader's pictures${imageShape ? "" : ", scaled"}`, async () => {
      const pictures = { transform, ...(imageShape ? { imageShape } : {}) };
      await onnx(model, file("pictures.onnx"), pictures);
      const report = await quantize(file("pictures.onnx"), file("static.onnx"), { mode: "static", calibration, test });
      const plain = await quantize(file("model.onnx"), file("static.onnx"), { mode: "static", calibration, test });
      assert.equal(report.before.accuracy?.value, plain.before.accuracy?.value);
      const [before, after] = [report.before.accuracy?.value ?? 0, report.after.accuracy?.value ?? 0];
      assert.ok(before > 0.9 && Math.abs(before - after) <= 0.01, `${before} ${after}`);
      const xs = tf.fill([1, ...(imageShape ?? [32, 32, 1])], -0.5);
      await assert.rejects(
        quantize(file("pictures.onnx"), file("static.onnx"), { mode: "static", calibration: xs }),
        /invalid samples; expected pictures of whole numbers from 0 to 255, since the file has its transform within: -0.5/,
      );
      xs.dispose();
    });

  it("shows what it cost and what it brought", async () => {
    const report = await quantize(file("model.onnx"), file("shown.onnx"), { mode: "static", calibration });
    const shown = report[Symbol.for("Jupyter.display") as unknown as keyof typeof report] as unknown as () => Record<
      string,
      string
    >;
    const text = shown.call(report)["text/plain"] ?? "";
    assert.match(text, /size +\d+\.\d kB +\d+\.\d kB +÷ \d\.\d\d/);
    assert.match(text, /accuracy +\d+\.\d % \[\d+\.\d %, \d+\.\d %\]/);
    assert.match(text, /one sample +\d+\.\d+ ms/);
    assert.match(text, /int8: 5 weights, 5 activations\..* Compared on the calibration set: /);
    assert.equal(report.measuredOn, "calibration");
    const unseen = await quantize(file("model.onnx"), file("shown.onnx"), { mode: "static", calibration, test });
    assert.doesNotMatch(shown.call(unseen)["text/plain"] ?? "", /calibration set/);
    assert.equal(unseen.measuredOn, "test");
  });

  it("keeps the metadata and the names of inputs and outputs", async () => {
    const small = tf.sequential({
      layers: [tf.layers.dense({ units: 12, inputShape: [20] }), tf.layers.dense({ units: 2 })],
    });
    await onnx(small, file("small.onnx"), { classNames: ["a", "b"] });
    await quantize(file("small.onnx"), file("small-int8.onnx"));
    const [before, after] = ["small.onnx", "small-int8.onnx"].map((name) => decodeOnnx(readFileSync(file(name))));
    assert.deepEqual(after?.metadataProps, before?.metadataProps);
    assert.deepEqual(after?.graph.input, before?.graph.input);
    assert.deepEqual(after?.graph.output, before?.graph.output);
    small.dispose();
  });

  it("reads and writes files without loss", () => {
    const bytes = readFileSync(file("model.onnx"));
    assert.deepEqual(Buffer.from(encodeOnnx(decodeOnnx(bytes))), bytes);
  });

  it("says what was wrong, and leaves the file that is there", async () => {
    writeFileSync(file("old.onnx"), "old");
    await assert.rejects(
      quantize(file("none.onnx"), file("old.onnx")),
      /invalid source; expected a file that is there/,
    );
    writeFileSync(file("text.onnx"), "this is no model");
    await assert.rejects(quantize(file("text.onnx"), file("old.onnx")), /invalid source; expected an ONNX model/);
    await assert.rejects(
      quantize(file("model.onnx"), file("old.onnx"), { mode: "static" }),
      /invalid calibration; expected a loader, batches or a tensor/,
    );
    await assert.rejects(quantize(file("model.onnx"), file("old.onnx"), { mode: "int4" as "static" }), /invalid mode/);
    await assert.rejects(
      quantize(file("model.onnx"), file("old.onnx"), { calibration: 3 }),
      /invalid calibration; expected a loader/,
    );
    await assert.rejects(
      quantize(file("small-int8.onnx"), file("old.onnx")),
      /invalid source; expected a model with float32 weights/,
    );
    assert.equal(readFileSync(file("old.onnx"), "utf8"), "old");
    assert.ok(!existsSync(file("none.onnx")));
  });

  it("leaks no tensor", async () => {
    const before = tf.memory().numTensors;
    await quantize(file("model.onnx"), file("leak.onnx"), { mode: "static", calibration });
    assert.equal(tf.memory().numTensors, before);
  });
});
