import * as assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";

describe("memory of training", () => {
  before(() => ready());

  const INPUT = { inputShape: [8, 8, 2] };
  const nets: readonly (readonly [
    name: string,
    steps: number,
    layers: () => tf.layers.Layer[],
    makeOptimizer: () => tf.Optimizer,
  ])[] = [
    [
      "1,000 steps of convolutions, pools and dropout",
      1000,
      () => [
        tf.layers.conv2d({ ...INPUT, filters: 4, kernelSize: 3, activation: "relu", padding: "same" }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2 }),
        tf.layers.dropout({ rate: 0.3 }),
      ],
      () => tf.train.momentum(1e-3, 0.9),
    ],
    [
      "100 steps of every other kernel, with Adam",
      100,
      () => [
        tf.layers.depthwiseConv2d({ ...INPUT, kernelSize: 3, padding: "same", depthMultiplier: 2 }),
        tf.layers.batchNormalization(),
        tf.layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 }),
        tf.layers.averagePooling2d({ poolSize: 2, padding: "same" }),
        tf.layers.upSampling2d({ size: [2, 2] }),
        tf.layers.reshape({ targetShape: [16, 16, 3, 1] }),
        tf.layers.conv3d({ filters: 2, kernelSize: 2, strides: 2 }),
        tf.layers.maxPooling3d({ poolSize: [2, 2, 1], strides: [2, 2, 1] }),
      ],
      () => tf.train.adam(1e-3),
    ],
  ];
  for (const [name, steps, layers, makeOptimizer] of nets)
    it(`does not grow over ${name}`, () => {
      const model = tf.sequential({ layers: [...layers(), tf.layers.flatten(), tf.layers.dense({ units: 3 })] });
      const optimizer = makeOptimizer();
      const x = tf.randomUniform([4, 8, 8, 2], -1, 1, "float32", 1);
      const y = tf.oneHot(tf.tensor1d([0, 1, 2, 1], "int32"), 3);
      const step = () =>
        optimizer.minimize(() => {
          const logits = model.apply(x, { training: true }) as tf.Tensor2D;
          return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar;
        });
      for (let i = 0; i < 10; i++) step();
      const before = tf.memory();
      const heap = () => (tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } }).wasm?.HEAPU8.byteLength ?? 0;
      const bytes = heap();
      for (let i = 0; i < steps; i++) step();
      const after = tf.memory();
      assert.equal(after.numTensors, before.numTensors);
      assert.equal(after.numDataBuffers, before.numDataBuffers);
      assert.equal(after.numBytes, before.numBytes);
      assert.equal(heap(), bytes);
      tf.dispose([x, y]);
      optimizer.dispose();
      model.dispose();
    });
});
