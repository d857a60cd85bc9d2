import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { blockLength } from "../../../../../lib/engine/jit/block-length.js";
import { assertLowers, randomTensor } from "../against-eager.js";

describe("lowerings of pools", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const size of [2, 3])
    for (const stride of [1, 2, 3])
      for (const pad of ["same", "valid"] as const)
        for (const shape of [
          [2, 8, 8, 3],
          [1, 7, 9, 2],
        ]) {
          it(`maxPool ${size}, stride ${stride}, ${pad}, of [${shape.join()}]`, async () => {
            await assertLowers(
              (x) => tf.maxPool(x as tf.Tensor4D, size, stride, pad),
              [tf.sub(randomTensor(shape), 1)],
            );
          });
          it(`avgPool ${size}, stride ${stride}, ${pad}, of [${shape.join()}]`, async () => {
            await assertLowers((x) => tf.avgPool(x as tf.Tensor4D, size, stride, pad), [randomTensor(shape)]);
          });
        }

  it("pools in three dimensions", async () => {
    const x = randomTensor([1, 4, 4, 6, 2]);
    await assertLowers((t) => tf.maxPool3d(t as tf.Tensor5D, 2, 2, "valid"), [x]);
    await assertLowers((t) => tf.avgPool3d(t as tf.Tensor5D, 2, 2, "valid"), [x]);
  });

  it("global pools", async () => {
    const x = randomTensor([2, 4, 5, 3]);
    await assertLowers((t) => [tf.mean(t, [1, 2]), tf.max(t, [1, 2])], [x]);
  });

  const block =
    (size: number, activation: (x: tf.Tensor4D) => tf.Tensor4D) =>
    (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      tf.maxPool(activation(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"), b)), size, size, "valid");
  for (const size of [2, 3])
    for (const [name, activation] of Object.entries({ relu: tf.relu, tanh: tf.tanh, nothing: (x: tf.Tensor4D) => x }))
      it(`convolution, bias, ${name}, maxPool ${size} needs no indices`, async () => {
        const f = block(size, activation as (x: tf.Tensor4D) => tf.Tensor4D);
        const operators = await assertLowers(f, [
          randomTensor([2, 6, 12, 2], 1, 1),
          randomTensor([3, 3, 2, 3], 2, 0.5),
          randomTensor([3], 3),
        ]);
        assert.ok(!operators.includes("MaxPool") && !operators.includes("MaxUnpool"), operators.join());
      });

  it("a pooled convolution of one channel, its filter's gradient in blocks", async () => {
    const inputs = [randomTensor([12, 6, 6, 1], 1, 1), randomTensor([3, 3, 1, 3], 2, 0.5), randomTensor([3], 3)];
    await assertLowers(block(2, tf.relu), inputs, { block: await blockLength() });
  });

  it("of equal elements the first gets the gradient, on every way", async () => {
    // A constant image: each window holds equal values, as in the black borders of digits.
    const x = tf.ones([1, 8, 8, 1]);
    const inputs = [x, randomTensor([3, 3, 1, 2], 2, 0.5), tf.tensor1d([3, 4])];
    await assertLowers(block(2, tf.relu), inputs);
    await assertLowers((t) => tf.maxPool(tf.relu(t as tf.Tensor4D), 2, 2, "valid"), [x]);
    await assertLowers((t) => tf.maxPool(tf.relu(t as tf.Tensor4D), 3, 2, "same"), [x]);
  });

  it("a second user of the convolution gets it in the plain order", async () => {
    const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor[] => {
      const image = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
      return [
        tf.maxPool(image, 2, 2, "valid"),
        tf.mul(image, tf.linspace(0, 1, 6).reshape([6, 1])),
        tf.mean(image, [1, 2]),
      ];
    };
    await assertLowers(f, [randomTensor([2, 6, 6, 2], 1, 1), randomTensor([3, 3, 2, 3], 2, 0.5)]);
  });
});
