import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { assertLowers, randomIntegers, randomTensor } from "../against-eager.js";

describe("lowerings of lookups", () => {
  before(() => useBackend({ backend: "wasm" }));

  it("oneHot", async () => {
    await assertLowers((i) => [tf.oneHot(i, 5), tf.oneHot(i, 4, 0.9, 0.1)], [randomIntegers([3, 4], 5)]);
  });
  for (const axis of [0, 1])
    it(`gather along ${axis} (an embedding), with repeated rows`, async () => {
      await assertLowers((x, i) => tf.gather(x, i, axis), [randomTensor([5, 6]), randomIntegers([3, 4], 5)]);
    });
  it("gatherND and scatterND", async () => {
    const indices = tf.tensor2d(
      [
        [0, 1],
        [2, 0],
        [0, 1],
      ],
      [3, 2],
      "int32",
    );
    await assertLowers((x, i) => tf.gatherND(x, i), [randomTensor([3, 2, 4]), indices], { gradients: [] });
    await assertLowers((i, u) => tf.scatterND(i, u, [3, 2, 4]), [indices, randomTensor([3, 4])], { gradients: [] });
  });
  it("unsortedSegmentSum drops negative segments", async () => {
    const ids = tf.tensor1d([0, 2, -1, 2], "int32");
    await assertLowers((x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 3), [randomTensor([4, 3]), ids]);
  });
  it("topk", async () => {
    const f = (x: tf.Tensor): tf.Tensor[] => {
      const { values, indices } = tf.topk(x, 3);
      return [values, indices];
    };
    await assertLowers(f, [randomTensor([4, 6])], { gradients: [] });
  });
});
