// Products that are put off compute what eager ones do, wherever they are needed, and leave few large operators of a batch norm's gradient.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { assertLowers, randomTensor } from "../against-eager.js";

describe("lowerings of products with a factor", () => {
  before(() => useBackend({ backend: "wasm" }));

  const inputs = () => [randomTensor([4, 6, 5, 8], 1), randomTensor([8], 2), randomTensor([4, 1, 1, 1], 3)];

  const uses: Record<string, (x: tf.Tensor, channels: tf.Tensor, samples: tf.Tensor) => tf.Tensor | tf.Tensor[]> = {
    "by channel": (x, c) => x.mul(c),
    "by channel twice, from the left too": (x, c) => c.mul(x.mul(c)),
    "by channel and sample": (x, c, s) => s.mul(x.mul(c)).mul(2),
    "two of them": (x, c, s) => x.mul(c).mul(x.mul(s)),
    "one of them and a large tensor": (x, c) => x.relu().mul(x.mul(c)),
    "a sum over what the factor varies along": (x, c, s) => [x.mul(c).sum(3), x.mul(s).sum(0), x.mul(s).mul(c).sum()],
    "a sum over other axes": (x, c, s) => [
      x.mul(c).sum([0, 1, 2]),
      x.mul(c).sum([1, 2], true),
      x.mul(s).sum([1, 3]),
      x.mul(c).mean([0, 1, 2]),
      x.mul(s).mean(-1, true),
    ],
    "a number": (x) => [x.mul(3).sum(), x.mul(3).sum(1), x.mul(1e-6).mul(1e6)],
    "what comes after": (x, c, s) => [
      x.mul(c).add(x.mul(s)),
      x.mul(c).transpose([0, 3, 1, 2]),
      x.mul(c).reshape([24, 40]),
    ],
    "a cast, a copy": (x, c) => [x.mul(c).cast("float32").clone().sum(0)],
  };
  for (const [name, f] of Object.entries(uses))
    it(name, async () => {
      const given = inputs().slice(0, f.length);
      await assertLowers((x, ...rest) => f(x as tf.Tensor, ...(rest as [tf.Tensor, tf.Tensor])), given);
    });

  it("numbers that keep a square from overflowing stay where they are", async () => {
    const x = randomTensor([8, 8], 1).mul(1e25);
    await assertLowers((a) => (a as tf.Tensor).mul(1e-25).square().sum(), [x], { gradients: [] });
    await assertLowers((a) => (a as tf.Tensor).mul(1e-25).mul((a as tf.Tensor).mul(1e-25)), [x], { gradients: [] });
  });

  it("a batch norm's gradient multiplies the images five times", async () => {
    const batchNorm = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        beta as tf.Tensor1D,
        gamma as tf.Tensor1D,
        1e-3,
      );
    };
    const given = [randomTensor([4, 6, 5, 8], 1), randomTensor([8], 2), randomTensor([8], 3)];
    const large = await assertLowers(
      (x, gamma, beta) => batchNorm(x as tf.Tensor, gamma as tf.Tensor, beta as tf.Tensor),
      given,
      {
        counted: (shape) => shape.length === 4 && shape.every((length) => length > 1),
      },
    );
    // Of the squares, of the gradient with the centred images, and of each with its share of the result.
    assert.equal(large.filter((operator) => operator === "Mul").length, 4 + 1, large.join());
  });
});
