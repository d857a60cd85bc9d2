import * as assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { assertGradients, distinct } from "./finite-differences.js";

describe("gradients that tfjs gets wrong", () => {
  before(() => ready());

  const pairs = { maximum: tf.maximum, minimum: tf.minimum, squaredDifference: tf.squaredDifference };
  for (const [name, f] of Object.entries(pairs))
    for (const [a, b] of [
      [[3, 4], [4]],
      [[4], [2, 3, 4]],
      [[], [3, 2]],
      [
        [2, 1, 3],
        [2, 4, 1],
      ],
      [
        [2, 3],
        [2, 3],
      ],
    ] as const)
      it(`${name} of [${a.join()}] and [${b.join()}]`, () => {
        tf.tidy(() => assertGradients(f, [distinct([...a], 1), distinct([...b], 2, 0.93)], { step: 1e-3 }));
      });

  for (const axis of [0, 1, 2])
    for (const exclusive of [false, true])
      it(`cumsum along ${axis}${exclusive ? ", exclusive" : ""}`, () => {
        tf.tidy(() => {
          for (const reverse of [false, true])
            assertGradients((x) => tf.cumsum(x, axis, exclusive, reverse), [distinct([3, 4, 2], 1)]);
        });
      });

  it("a split into one part, and an unstack of one", () => {
    tf.tidy(() => {
      assertGradients((x) => tf.square(tf.split(x, [3], 1)[0] as tf.Tensor), [distinct([2, 3], 1)]);
      assertGradients((x) => tf.square(tf.unstack(x, 1)[0] as tf.Tensor), [distinct([2, 1, 3], 1)]);
      assertGradients((x) => tf.square(tf.split(x, [1, 2], 1)[1] as tf.Tensor), [distinct([2, 3], 1)]);
    });
  });
});

describe("truths made of numbers", () => {
  before(() => ready());

  it("are 1 for all but 0", () => {
    tf.tidy(() => {
      const floats = tf.tensor1d([0, 0.5, -3, 256, 1]);
      assert.deepEqual([...tf.cast(floats, "bool").dataSync()], [0, 1, 1, 1, 1]);
      const whole = tf.tensor1d([0, 2, -1, 256, 1], "int32");
      assert.deepEqual([...tf.cast(whole, "bool").dataSync()], [0, 1, 1, 1, 1]);
      assert.equal(tf.cast(whole, "bool").dtype, "bool");
      assert.equal(tf.sum(tf.cast(tf.cast(whole, "bool"), "int32")).dataSync()[0], 4);
    });
  });
});
