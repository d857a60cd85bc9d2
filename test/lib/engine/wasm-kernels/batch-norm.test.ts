// Batch normalization along any axis, against the formula.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../../lib/engine/backend.js";

describe("batch normalization", () => {
  before(() => ready());

  for (const [shape, axis] of [
    [[2, 4, 4, 4], 1],
    [[2, 4, 4, 4], 2],
    [[2, 4, 4, 4], 3],
    [[3, 5, 2], 1],
    [[4, 3], 1],
  ] as const)
    it(`of [${shape}] along axis ${axis} is the formula`, () => {
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const length = shape[axis] ?? 1;
        const layer = tf.layers.batchNormalization({ axis, epsilon: 0.01 });
        const xs = tf.randomNormal([...shape], 1, 2, "float32", 1);
        layer.apply(xs);
        const [gamma, beta, mean, variance] = [2, 3, 4, 5].map((seed) =>
          tf.randomUniform([length], 0.5, 2, "float32", seed),
        ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        layer.setWeights([gamma, beta, mean, variance]);
        const along = (values: tf.Tensor) => values.reshape(shape.map((own, i) => (i === axis ? own : 1)));
        const expected = xs
          .sub(along(mean))
          .div(along(variance).add(0.01).sqrt())
          .mul(along(gamma))
          .add(along(beta))
          .dataSync();
        const actual = (layer.apply(xs, { training: false }) as tf.Tensor).dataSync();
        actual.forEach((value, i) => {
          assert.ok(Math.abs(value - (expected[i] ?? Number.NaN)) < 1e-5, `${i}: ${value} for ${expected[i]}`);
        });
        layer.dispose();
      });
      assert.equal(tf.memory().numTensors, before);
    });
});
