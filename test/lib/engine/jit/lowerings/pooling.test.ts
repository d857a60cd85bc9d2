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

  const explicit: [[number, number], [number, number], [number, number], [number, number]] = [
    [0, 0],
    [1, 2],
    [0, 1],
    [0, 0],
  ];
  for (const stride of [1, 2, 4, [1, 3], [2, 1]] as const)
    for (const pad of [1, explicit] as const)
      it(`pools with explicit padding ${JSON.stringify(pad)}, stride ${stride}`, async () => {
        const strides = typeof stride === "number" ? stride : ([...stride] as [number, number]);
        const x = tf.sub(randomTensor([2, 7, 8, 3]), 1);
        await assertLowers((t) => tf.maxPool(t as tf.Tensor4D, [3, 2], strides, pad, "floor"), [x]);
        await assertLowers((t) => tf.avgPool(t as tf.Tensor4D, [3, 2], strides, pad, "floor"), [x]);
      });

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

  const withoutIndices = (operators: readonly string[]): void =>
    assert.ok(!operators.includes("MaxPool") && !operators.includes("MaxUnpool"), operators.join());

  for (const [size, shape] of [
    [2, [8, 16, 12, 8]],
    [2, [8, 15, 13, 8]],
    [3, [8, 15, 12, 8]],
    [3, [8, 16, 14, 8]],
  ] as const)
    it(`a large maxPool of ${size}, of [${shape.join()}], needs no indices`, async () => {
      const pool = (x: tf.Tensor): tf.Tensor => tf.maxPool(x as tf.Tensor4D, size, size, "valid");
      withoutIndices(await assertLowers(pool, [randomTensor(shape)]));
      // Of equal elements the first gets the gradient: few different numbers, and zeros where a ReLU was.
      const few = tf.round(randomTensor(shape));
      withoutIndices(await assertLowers(pool, [few]));
      withoutIndices(await assertLowers((x) => pool(tf.relu(x)), [few]));
      withoutIndices(await assertLowers((x) => pool(tf.relu(tf.mul(x, 3))), [few]));
      // What the ReLU let through is looked at by others too.
      withoutIndices(
        await assertLowers(
          (x) => {
            const rectified = tf.relu(x);
            return [pool(rectified), tf.mul(rectified, rectified), pool(tf.tanh(rectified))];
          },
          [few],
        ),
      );
    });

  it("the gradient of a ReLU's result is the eager one, also where the ReLU comes after the pool", async () => {
    const few = tf.round(randomTensor([8, 16, 12, 8]));
    const gradient = (x: tf.Tensor): tf.Tensor => {
      const rectified = tf.relu(tf.add(x, 0));
      const pooled = tf.grad((r: tf.Tensor) => tf.maxPool(r as tf.Tensor4D, 2, 2, "valid"))(rectified);
      return pooled;
    };
    withoutIndices(await assertLowers(gradient, [few], { gradients: [] }));
  });

  it("large pools in three dimensions need no indices", async () => {
    const x = tf.round(randomTensor([2, 8, 8, 12, 8]));
    withoutIndices(await assertLowers((t) => tf.maxPool3d(t as tf.Tensor5D, 2, 2, "valid"), [x]));
  });

  it("a pool without a gradient is onnxruntime's own", async () => {
    const operators = await assertLowers(
      (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"),
      [randomTensor([8, 16, 12, 8])],
      {
        gradients: [],
      },
    );
    assert.deepEqual(
      operators.filter((operator) => operator === "MaxPool" || operator === "Split"),
      ["MaxPool"],
    );
  });
});
