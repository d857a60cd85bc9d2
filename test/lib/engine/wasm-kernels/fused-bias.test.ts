// A bias of any origin: layers take one that was gathered or reshaped, and have the values of one that was not.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../../lib/engine/backend.js";

const l = tf.layers;

describe("biases of fused kernels", () => {
  before(() => ready());

  const layers: Record<string, () => tf.Sequential> = {
    conv2d: () =>
      tf.sequential({ layers: [l.conv2d({ filters: 3, kernelSize: 2, inputShape: [4, 4, 2], activation: "relu" })] }),
    depthwiseConv2d: () => tf.sequential({ layers: [l.depthwiseConv2d({ kernelSize: 2, inputShape: [4, 4, 3] })] }),
    dense: () => tf.sequential({ layers: [l.dense({ units: 3, inputShape: [4], activation: "relu" })] }),
  };
  const origins: Record<string, (values: tf.Tensor1D) => tf.Tensor> = {
    gathered: (values) => values.gather(tf.tensor1d([0, 1, 2], "int32")),
    reshaped: (values) => values.reshape([1, 3, 1]).reshape([3]),
    "cut out": (values) => tf.concat([values, values]).reshape([2, 3]).slice([1, 0], [1, 3]).reshape([3]),
  };
  for (const [name, make] of Object.entries(layers))
    for (const [origin, from] of Object.entries(origins))
      it(`${name} takes a bias that was ${origin}`, () => {
        tf.tidy(() => {
          const model = make();
          const [kernel] = model.getWeights();
          const bias = tf.tensor1d([0.5, -1, 2]);
          const xs = tf.randomNormal([2, ...(model.inputs[0]?.shape ?? []).slice(1).map(Number)], 0, 1, "float32", 1);
          const answer = (given: tf.Tensor) => {
            model.setWeights(kernel ? [kernel.clone(), given] : []);
            return (model.predict(xs) as tf.Tensor).dataSync();
          };
          assert.deepEqual(answer(from(bias)), answer(bias));
          model.dispose();
        });
      });
});
