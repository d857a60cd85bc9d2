// Exported files answer what their models answer, whatever the batch, transforms included; what can't be exported is named, and nothing
// half-written is left.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { ready } from "../../../lib/engine/backend.js";
import { loadRuntime } from "../../../lib/engine/jit/onnxruntime.js";
import { onnx } from "../../../lib/exporters/onnx.js";
import { lenet5 } from "../../../lib/models/lenet5.js";
import * as transforms from "../../../lib/transforms/index.js";
import { trainedBatchNorm } from "./trained-models.js";

const { compose, toTensor, normalize, resize, grayscale, centerCrop, pad } = transforms;

describe("exporters.onnx", () => {
  let directory: string;
  before(async () => {
    await ready();
    directory = mkdtempSync(path.join(os.tmpdir(), "cellgrad-onnx-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string) => path.join(directory, name);

  async function answer(name: string, feeds: Record<string, Tensor>): Promise<InferenceSession.ReturnType> {
    const runtime = await loadRuntime();
    const session = await runtime.InferenceSession.create(file(name));
    try {
      return await session.run(feeds);
    } finally {
      await session.release();
    }
  }

  it("writes a model that any batch fits, with its shapes by name", async () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10 });
    const report = await onnx(model, file("lenet.onnx"), { classNames: [..."0123456789"] });
    assert.equal(report.bytes, readFileSync(file("lenet.onnx")).length);
    assert.equal(report.operators.Conv, 2);
    assert.ok(report.parity.maxDifference <= 1e-5, String(report.parity.maxDifference));
    const runtime = await loadRuntime();
    for (const batch of [1, 3, 64]) {
      const xs = tf.randomNormal([batch, 32, 32, 1], 0, 1, "float32", batch);
      const { output } = await answer("lenet.onnx", {
        input: new runtime.Tensor("float32", Float32Array.from(xs.dataSync()), xs.shape),
      });
      const expected = model.predict(xs) as tf.Tensor;
      assert.deepEqual(output?.dims, [batch, 10]);
      const own = expected.dataSync();
      const answers = output?.data as Float32Array;
      answers.forEach((value, i) => {
        assert.ok(Math.abs(value - (own[i] ?? 0)) < 1e-4);
      });
      tf.dispose([xs, expected]);
    }
    const session = await runtime.InferenceSession.create(file("lenet.onnx"));
    assert.deepEqual(session.inputMetadata[0], {
      name: "input",
      isTensor: true,
      type: "float32",
      shape: ["batch", 32, 32, 1],
    });
    await session.release();
    model.dispose();
  });

  it("says the classes, the transform and what the outputs are", async () => {
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [4, 4, 1] }), tf.layers.dense({ units: 2, activation: "softmax" })],
    });
    const transform = compose([toTensor(), normalize([0.5], [0.25])]);
    const { metadata } = await onnx(model, file("notes.onnx"), { transform, classNames: ["cat", "dog"] });
    assert.deepEqual(metadata, {
      "cellgrad.outputs": "probabilities",
      "cellgrad.transform": JSON.stringify(transform),
      "cellgrad.classNames": '["cat","dog"]',
    });
    const bytes = readFileSync(file("notes.onnx"), "latin1");
    for (const text of [...Object.keys(metadata), ...Object.values(metadata)]) assert.ok(bytes.includes(text), text);
  });

  const cases: Record<string, { transform: transforms.Transform; from: [number, number, number] }> = {
    "bytes, wider": { transform: compose([resize([12, 12]), toTensor()]), from: [7, 9, 3] },
    "bytes, smaller": { transform: compose([resize([12, 12]), toTensor()]), from: [31, 18, 3] },
    "much lower than narrow": { transform: compose([resize([12, 12]), toTensor()]), from: [60, 14, 3] },
    bicubic: { transform: compose([resize([12, 12], { interpolation: "bicubic" }), toTensor()]), from: [20, 9, 3] },
    nearest: { transform: compose([resize([12, 12], { interpolation: "nearest" }), toTensor()]), from: [17, 23, 3] },
    "without antialias": {
      transform: compose([resize([12, 12], { antialias: false }), toTensor()]),
      from: [30, 17, 3],
    },
    "floats resized": { transform: compose([toTensor(), resize([12, 12])]), from: [19, 10, 3] },
    "shorter side, then the middle": {
      transform: compose([resize(13), centerCrop(12), toTensor()]),
      from: [26, 40, 3],
    },
    "a frame": {
      transform: compose([pad([1, 2, 3, 4], { fill: 9 }), centerCrop([12, 12]), toTensor()]),
      from: [9, 8, 3],
    },
    "a mirrored frame": { transform: compose([pad(3, { paddingMode: "reflect" }), toTensor()]), from: [6, 6, 3] },
    "smaller than the crop": { transform: compose([centerCrop(12), toTensor()]), from: [5, 9, 3] },
    "grey bytes": {
      transform: compose([grayscale({ channels: 3 }), toTensor(), normalize([0.1, 0.2, 0.3], [0.5, 2, 1])]),
      from: [12, 12, 3],
    },
    "grey floats": { transform: compose([toTensor(), grayscale({ channels: 3 })]), from: [12, 12, 3] },
  };
  for (const [name, { transform, from }] of Object.entries(cases)) {
    it(`takes bytes and does what the transform does: ${name}`, async () => {
      // The model gives back what it gets, so that the file answers with what the transform makes.
      const model = tf.sequential({
        layers: [tf.layers.reshape({ targetShape: [12 * 12 * 3], inputShape: [12, 12, 3] })],
      });
      const { parity } = await onnx(model, file("transform.onnx"), { transform, imageShape: from, tolerance: 0 });
      assert.equal(parity.maxDifference, 0);
      assert.equal(parity.samples, 8);
    });
  }

  it("takes transforms that always do the same", async () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10 });
    const transform = compose([transforms.randomHorizontalFlip(), toTensor()]);
    await assert.rejects(
      onnx(model, file("no.onnx"), { transform }),
      /invalid transform; expected steps that always do the same.*randomHorizontalFlip/,
    );
    await assert.rejects(
      onnx(model, file("no.onnx"), { transform: toTensor(), imageShape: [28, 28, 1] }),
      /invalid imageShape; expected images that the transform makes \[32, 32, 1\]/,
    );
    model.dispose();
  });

  it("compares on given samples too", async () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10 });
    const samples = tf.zeros([4, 32, 32, 1]);
    const { parity } = await onnx(model, file("samples.onnx"), { samples });
    assert.equal(parity.samples, 12);
    await assert.rejects(
      onnx(model, file("samples.onnx"), { samples: tf.zeros([4, 28, 28, 1]) }),
      /invalid samples; expected a tensor \[batch, 32, 32, 1\]/,
    );
    tf.dispose(samples);
    model.dispose();
  });

  it("keeps batch normalisation's moving averages and leaves dropout out", async () => {
    const model = await trainedBatchNorm();
    const { operators, parity } = await onnx(model, file("norm.onnx"));
    assert.ok(parity.maxDifference < 1e-5);
    assert.equal(operators.RandomUniform, undefined);
    model.dispose();
  });

  it("names the layer that can't be exported, and leaves the old file", async () => {
    class Ranked extends tf.layers.Layer {
      static className = "Ranked";
      override computeOutputShape(shape: tf.Shape): tf.Shape {
        return shape;
      }
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const [x] = [inputs].flat();
        return tf.tidy(() => tf.searchSorted(x as tf.Tensor, x as tf.Tensor).toFloat());
      }
    }
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 3, inputShape: [3] }),
        new Ranked({ name: "in_order" }),
        tf.layers.dense({ units: 1 }),
      ],
    });
    writeFileSync(file("old.onnx"), "old");
    await assert.rejects(
      onnx(model, file("old.onnx")),
      /invalid model; expected layers that ONNX can express: .*in layer "in_order" \(Ranked\)/,
    );
    assert.equal(readFileSync(file("old.onnx"), "utf8"), "old");
  });

  it("writes nothing when the answers differ", async () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10 });
    // What a wrong layout would be: the model answers something else than what was recorded.
    const honest = model.apply.bind(model);
    let calls = 0;
    model.apply = (inputs, settings) => {
      const result = honest(inputs, settings) as tf.Tensor;
      return ++calls > 2 ? tf.tidy(() => result.reverse(1)) : result;
    };
    await assert.rejects(
      onnx(model, file("wrong.onnx")),
      /invalid export; expected answers within 0.0001 .*nothing was written/,
    );
    assert.ok(!existsSync(file("wrong.onnx")));
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.endsWith(".tmp")),
      [],
    );
    model.dispose();
  });

  it("leaks no tensor", async () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10 });
    const before = tf.memory().numTensors;
    await onnx(model, file("leak.onnx"));
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("refuses what is no model, no path, no option", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    await assert.rejects(onnx({} as tf.LayersModel, "a"), /invalid model; expected a tf.LayersModel/);
    await assert.rejects(onnx(model, ""), /invalid file; expected a path/);
    await assert.rejects(onnx(model, file("x"), { classNames: ["a"] }), /invalid classNames; expected 2 names/);
    await assert.rejects(onnx(model, file("x"), { clasNames: ["a"] } as object), /classNames/);
    const open = tf.sequential({
      layers: [tf.layers.conv1d({ filters: 2, kernelSize: 1, inputShape: [null, 3] as never })],
    });
    await assert.rejects(
      onnx(open, file("x")),
      /invalid inputShape; expected the input's lengths without the batch, as in \[any, 3\]/,
    );
    assert.ok((await onnx(open, file("x"), { inputShape: [6, 3] })).bytes > 0);
  });
});
