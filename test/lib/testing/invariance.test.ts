// invariance counts the images whose class changes, over batches, and leaves no tensor behind.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { expectNoTensorLeak, type ImageTransform, invariance } from "../../../lib/testing/index.js";
import { leftOrRight } from "./left-or-right.js";

const brighter: ImageTransform = { apply: (images) => tf.add(images, 0.1) };
const mirrored: ImageTransform = (images) => tf.reverse(images, 2);

describe("invariance", () => {
  let images: tf.Tensor;

  before(async () => {
    await ready();
    images = tf.randomUniform([50, 4, 4, 1], 0, 1, "float32", 5);
  });
  after(() => {
    images.dispose();
  });

  it("is 1 where nothing that matters changes, 0 where all does", async () => {
    const same = await invariance(leftOrRight, images, brighter);
    assert.deepEqual({ ...same }, { rate: 1, images: 50, changed: [] });
    const other = await invariance(leftOrRight, images, mirrored, { batchSize: 16 });
    assert.equal(other.rate, 0);
    assert.deepEqual(
      other.changed.map(({ image }) => image),
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.ok(other.changed.every(({ before, after }) => before + after === 1));
  });

  it("counts exactly, whatever the batches", async () => {
    // Mirrors the images whose first pixel is bright.
    const some: ImageTransform = (batch) =>
      tf.tidy(() =>
        tf.where(
          tf.greater(tf.slice(batch, [0, 0, 0, 0], [batch.shape[0] ?? 0, 1, 1, 1]), 0.7),
          tf.reverse(batch, 2),
          batch,
        ),
      );
    const pixels = images.dataSync();
    const bright = Array.from({ length: 50 }, (_, i) => i).filter((i) => (pixels[i * 16] ?? 0) > 0.7);
    assert.ok(bright.length > 3 && bright.length < 40);
    for (const batchSize of [1, 7, 50, 64]) {
      const result = await invariance(leftOrRight, images, some, { batchSize });
      assert.deepEqual(
        result.changed.map(({ image }) => image),
        bright,
      );
      assert.equal(result.rate, 1 - bright.length / 50);
    }
  });

  it("takes a tf.LayersModel, of one output too", async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [4, 4, 1] }),
        tf.layers.dense({
          units: 1,
          activation: "sigmoid",
          kernelInitializer: tf.initializers.randomNormal({ seed: 4 }),
        }),
      ],
    });
    assert.equal((await invariance(model, images, (batch) => batch)).rate, 1);
    const result = await invariance(model, images, (batch) => tf.mul(batch, -1), { threshold: 0.5 });
    // The bias is 0, so that the logit changes its sign.
    assert.equal(result.rate, 0);
    model.dispose();
  });

  it("leaves no tensor behind, also when a step fails", async () => {
    await expectNoTensorLeak(() => invariance(leftOrRight, images, mirrored, { batchSize: 20 }));
    await expectNoTensorLeak(() =>
      invariance(
        async (batch) => tf.mean(batch, [2, 3]),
        images,
        async (batch) => batch,
      ),
    );
    await expectNoTensorLeak(() =>
      invariance(
        (batch) => tf.mean(batch, [2, 3]),
        images,
        () => {
          throw new Error("no");
        },
      ).catch(() => undefined),
    );
    await expectNoTensorLeak(() => invariance((batch) => tf.mean(batch), images, mirrored).catch(() => undefined));
    assert.equal(images.isDisposed, false);
  });

  it("stops when the cell is told to stop", async () => {
    const key = Symbol.for("Jupyter.abortSignal");
    const controller = new AbortController();
    const scope = globalThis as Record<symbol, unknown>;
    const outer = Object.getOwnPropertyDescriptor(globalThis, key);
    let batches = 0;
    const stopping: ImageTransform = (batch) => {
      if (++batches === 2) controller.abort(new Error("stopped"));
      return tf.add(batch, 0);
    };
    scope[key] = controller.signal;
    try {
      await assert.rejects(invariance(leftOrRight, images, stopping, { batchSize: 10 }), { message: "stopped" });
    } finally {
      delete scope[key];
      if (outer !== undefined) Object.defineProperty(globalThis, key, outer);
    }
    assert.equal(batches, 2);
  });

  it("shows itself", async () => {
    const result = await invariance(leftOrRight, images, mirrored);
    const show = (result as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
    assert.match(
      show?.()["text/plain"] ?? "",
      /^0\.0 % of 50 images keep their class\nimage 0: [01] → [01]\n.*… 45 more$/s,
    );
  });

  it("refuses bad input by name", async () => {
    const wrong: [() => Promise<unknown>, RegExp][] = [
      [
        () => invariance({} as tf.LayersModel, images, mirrored),
        /^invalid model; expected a function, or an object with predict/,
      ],
      [
        () => invariance(leftOrRight, [1] as unknown as tf.Tensor, mirrored),
        /^invalid images; expected a tensor .*: \[1\]$/,
      ],
      [
        () => invariance(leftOrRight, tf.zeros([0, 4, 4, 1]), mirrored),
        /^invalid images; .*: a float32 tensor \[0, 4, 4, 1\]$/,
      ],
      [
        () => invariance(leftOrRight, images, "flip" as unknown as ImageTransform),
        /^invalid transform; expected a function, or an object with apply/,
      ],
      [
        () => invariance(leftOrRight, images, (() => [1]) as unknown as ImageTransform),
        /^invalid transform; expected one tensor/,
      ],
      [
        () => invariance((batch) => batch, images, mirrored),
        /^invalid model; expected scores of shape \[50, classes\]: \[50, 4, 4, 1\]$/,
      ],
      [
        () => invariance((batch) => tf.div(tf.zeros([batch.shape[0] ?? 0, 2]), 0), images, mirrored),
        /^invalid model; expected finite scores: NaN$/,
      ],
      [() => invariance(leftOrRight, images, mirrored, { batchSize: 0 }), /^invalid batchSize; /],
    ];
    for (const [call, message] of wrong) await assert.rejects(call, { message });
  });
});
