import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { assertLowers, randomIntegers, randomTensor } from "../against-eager.js";

describe("lowerings of losses", () => {
  before(() => useBackend({ backend: "wasm" }));

  const logits = (): tf.Tensor => randomTensor([6, 4], 1);
  const classes = (): tf.Tensor => randomIntegers([6], 4);
  const hot = (y: tf.Tensor): tf.Tensor => tf.cast(tf.oneHot(y, 4), "float32");

  it("softmax cross-entropy, with label smoothing and weights", async () => {
    const weights = tf.tensor1d([1, 0, 2, 1, 0.5, 1]);
    await assertLowers((y, x) => tf.losses.softmaxCrossEntropy(hot(y), x), [classes(), logits()]);
    await assertLowers((y, x) => tf.losses.softmaxCrossEntropy(hot(y), x, weights, 0.1), [classes(), logits()]);
  });
  it("cross-entropy by gathering log-softmax", async () => {
    const f = (y: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(x), hot(y)), -1)));
    await assertLowers(f, [classes(), logits()]);
  });
  it("binary cross-entropy with logits", async () => {
    await assertLowers((y, x) => tf.losses.sigmoidCrossEntropy(hot(y), x), [classes(), logits()]);
  });

  type Loss = (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;
  const regressions: Record<string, Loss> = {
    meanSquaredError: (y, x) => tf.losses.meanSquaredError(y, x),
    absoluteDifference: (y, x) => tf.losses.absoluteDifference(y, x),
    huberLoss: (y, x) => tf.losses.huberLoss(y, x),
    hingeLoss: (y, x) => tf.losses.hingeLoss(tf.step(y), x),
    cosineDistance: (y, x) => tf.losses.cosineDistance(y, x, 1),
    logLoss: (y, x) => tf.losses.logLoss(tf.sigmoid(y), tf.sigmoid(x)),
    "KL divergence": (y, x) => tf.sum(tf.mul(tf.softmax(y), tf.sub(tf.logSoftmax(y), tf.logSoftmax(x)))),
    focal: (y, x) => {
      const p = tf.sigmoid(x);
      return tf.mean(tf.mul(tf.mul(tf.square(tf.sub(1, p)), tf.log(p)), tf.neg(tf.step(y))));
    },
  };
  for (const [name, loss] of Object.entries(regressions))
    it(
      name,
      async () =>
        void (await assertLowers(loss, [randomTensor([5, 3], 1), randomTensor([5, 3], 2)], { gradients: [1] })),
    );

  it("penalties and the clipping of gradients by norm", async () => {
    const f = (w: tf.Tensor): tf.Tensor[] => {
      const norm = tf.norm(w);
      return [tf.sum(tf.abs(w)), tf.sum(tf.square(w)), tf.mul(w, tf.minimum(1, tf.div(1, tf.add(norm, 1e-6))))];
    };
    await assertLowers(f, [randomTensor([4, 5])]);
  });
});
