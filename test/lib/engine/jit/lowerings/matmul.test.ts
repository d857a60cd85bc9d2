import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { assertLowers, randomTensor } from "../against-eager.js";

describe("lowerings of matrix products", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const transposeA of [false, true])
    for (const transposeB of [false, true]) {
      const name = `${transposeA ? "Aᵀ" : "A"} ${transposeB ? "Bᵀ" : "B"}`;
      const a = (n: readonly number[]): number[] => (transposeA ? [...n, 4, 3] : [...n, 3, 4]);
      const b = (n: readonly number[]): number[] => (transposeB ? [...n, 5, 4] : [...n, 4, 5]);
      const f = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.matMul(x, y, transposeA, transposeB);
      it(`${name} of matrices: no transposes`, async () => {
        const operators = await assertLowers(f, [randomTensor(a([]), 1), randomTensor(b([]), 2)]);
        assert.ok(!operators.includes("Transpose"), operators.join());
      });
      it(`${name} of batches`, async () =>
        void (await assertLowers(f, [randomTensor(a([2, 3]), 1), randomTensor(b([2, 3]), 2)])));
    }

  it("a dense layer's bias goes into the product", async () => {
    const f = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.relu(tf.add(tf.matMul(x, w), b));
    const operators = await assertLowers(f, [randomTensor([4, 6], 1), randomTensor([6, 3], 2), randomTensor([3], 3)], {
      gradients: [],
    });
    assert.deepEqual(operators, ["Gemm", "Relu"]);
  });

  it("attention", async () => {
    const f = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor =>
      tf.matMul(tf.softmax(tf.div(tf.matMul(q, k, false, true), 2)), v);
    await assertLowers(f, [
      randomTensor([2, 3, 5, 4], 1),
      randomTensor([2, 3, 5, 4], 2),
      randomTensor([2, 3, 5, 4], 3),
    ]);
  });

  it("dot and outerProduct", async () => {
    await assertLowers((a, b) => tf.dot(a, b), [randomTensor([3, 4], 1), randomTensor([4], 2)]);
    await assertLowers(
      (a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D),
      [randomTensor([3], 1), randomTensor([4], 2)],
    );
  });
});
