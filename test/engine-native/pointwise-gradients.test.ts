// Filter gradients of strided 1×1 convolutions on the native backend, against the matrix product that they are. TensorFlow's
// own are wrong or crash for few channels (lib/engine/tensorflow-kernels.ts). Run by run.ts, which builds that backend.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../lib/engine/backend.js";
import { distinct } from "../lib/engine/finite-differences.js";

describe("filter gradients of strided 1×1 convolutions", () => {
  before(async () => {
    await ready();
    assert.equal(tf.getBackend(), "tensorflow");
  });

  for (const channels of [1, 3, 4, 8, 15, 16, 20]) {
    it(`${channels} channels`, () => {
      for (const strides of [
        [1, 2],
        [2, 1],
        [2, 2],
        [3, 2],
      ] as const) {
        for (const size of [7, 12, 32] as const) {
          tf.tidy(() => {
            const [down, across] = strides;
            const x = distinct([8, size, size + 1, channels], 1) as tf.Tensor4D;
            const kept = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, down, across, 1]);
            const dy = distinct([...kept.shape.slice(0, 3), 8], 2);
            const filter = distinct([1, 1, channels, 8], 3);
            const gradient = tf.grad((w) => tf.conv2d(x, w as tf.Tensor4D, [down, across], "same"))(filter, dy);
            const expected = tf.matMul(kept.reshape([-1, channels]), dy.reshape([-1, 8]), true);
            const [error = Number.NaN] = tf.max(tf.abs(tf.sub(gradient.reshape([channels, 8]), expected))).dataSync();
            assert.ok(error < 1e-3, `strides ${strides}, size ${size}: off by ${error}`);
          });
        }
      }
    });
  }
});
