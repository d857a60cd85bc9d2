import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { assertLowers, randomIntegers, randomTensor } from "../against-eager.js";

describe("lowerings of reductions", () => {
  before(() => useBackend({ backend: "wasm" }));

  type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;
  const reductions: Record<string, Reduce> = {
    sum: tf.sum,
    mean: tf.mean,
    max: tf.max,
    min: tf.min,
    prod: tf.prod,
    logSumExp: tf.logSumExp,
    norm: (x, axis, keep) => tf.norm(x, "euclidean", axis, keep),
    variance: (x, axis, keep) => tf.moments(x, axis, keep).variance,
  };
  const axes: readonly (number | number[] | undefined)[] = [undefined, 0, -1, [0, 2]];
  for (const [name, f] of Object.entries(reductions))
    for (const axis of axes)
      for (const keep of [false, true])
        it(`${name} over ${axis === undefined ? "all axes" : `axis ${axis}`}${keep ? ", kept" : ""}`, async () => {
          // The gradient of a product needs running products, which ONNX has not: such a step runs eagerly.
          const gradients = name === "prod" ? [] : [0];
          await assertLowers((x) => f(x, axis, keep), [randomTensor([3, 4, 5], 5)], { gradients });
        });

  it("all and any", async () => {
    const x = tf.cast(randomIntegers([4, 6], 2), "bool");
    await assertLowers((b) => [tf.all(b, 1), tf.any(b, 0), tf.all(b)], [x], { gradients: [] });
  });
  for (const axis of [0, 1, -1])
    it(`argMax and argMin along ${axis}`, async () => {
      await assertLowers((x) => [tf.argMax(x, axis), tf.argMin(x, axis)], [randomTensor([3, 4, 5])], { gradients: [] });
    });
  for (const exclusive of [false, true])
    for (const reverse of [false, true])
      it(`cumsum${exclusive ? ", exclusive" : ""}${reverse ? ", reverse" : ""}`, async () => {
        await assertLowers((x) => tf.cumsum(x, 2, exclusive, reverse), [randomTensor([3, 4, 5])]);
        await assertLowers((x) => tf.cumsum(x, 0, exclusive, reverse), [randomTensor([3, 4])]);
      });
  for (const shape of [[7], [3, 5], [2, 3, 4]])
    it(`softmax and logSoftmax of [${shape.join()}]`, async () => {
      await assertLowers((x) => [tf.softmax(x), tf.logSoftmax(x)], [randomTensor(shape)]);
    });
});
