import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../lib/engine/backend.js";
import { compileInference } from "../../../../lib/engine/jit/compile-inference.js";
import { randomTensor } from "./against-eager.js";

describe("compiled inference", () => {
  before(() => useBackend({ backend: "wasm" }));

  const model = (): tf.Sequential =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 2], filters: 4, kernelSize: 3, activation: "relu" }),
        tf.layers.batchNormalization(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dropout({ rate: 0.5 }),
        tf.layers.dense({ units: 3, activation: "softmax" }),
      ],
    });
  const close = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
    assert.equal(a.length, b.length);
    for (let i = 0; i < a.length; i++) assert.ok(Math.abs((a[i] ?? 0) - (b[i] ?? 0)) < 1e-6, `${i}: ${a[i]}, ${b[i]}`);
  };

  it("equals predict for each shape, and follows the weights", async () => {
    const net = model();
    const predict = compileInference((x) => net.apply(x ?? []) as tf.Tensor);
    for (const size of [1, 5, 1]) {
      const x = randomTensor([size, 8, 8, 2], size, 1);
      const { outputs, mode } = await predict(x);
      assert.equal(mode, "compiled");
      assert.deepEqual(outputs[0]?.shape, [size, 3]);
      close(outputs[0]?.data ?? [], (net.predict(x) as tf.Tensor).dataSync());
      net.setWeights(net.getWeights().map((weight) => tf.mul(weight, 1.1)));
    }
    await predict.dispose();
  });

  it("leaks no tensor", async () => {
    const net = model();
    const x = { data: new Float32Array(128), shape: [1, 8, 8, 2], dtype: "float32" } as const;
    const before = tf.memory().numTensors;
    const predict = compileInference((input) => net.apply(input ?? []) as tf.Tensor);
    for (let i = 0; i < 10; i++) await predict(x);
    await predict.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("runs eagerly, with the reason, what it can't compile", async () => {
    const predict = compileInference((x) => tf.cumprod(x ?? []));
    const { outputs, mode, reason } = await predict(tf.tensor1d([1, 2, 3]));
    assert.equal(mode, "eager");
    assert.match(reason ?? "", /no lowering for kernel Cumprod/);
    close(outputs[0]?.data ?? [], [1, 2, 6]);
    await assert.rejects(
      compileInference((x) => tf.cumprod(x ?? []), { mode: "compiled" })(tf.tensor1d([1])),
      /can be compiled/,
    );
  });
});
