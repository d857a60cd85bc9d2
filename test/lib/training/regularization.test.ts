// What regularisers of layers add to fit's loss: the loss that is told, and the weights that come out, are those of the same penalty
// written by hand.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { fromArrays } from "../../../lib/data/index.js";
import { useBackend } from "../../../lib/engine/backend.js";
import { crossEntropy } from "../../../lib/losses/index.js";
import { mlp } from "../../../lib/models/index.js";
import { adam } from "../../../lib/optimizers/index.js";
import { crossValidate } from "../../../lib/training/cross-validate.js";
import { findLearningRate } from "../../../lib/training/find-learning-rate.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import type { History } from "../../../lib/training/history.js";
import { side, squares } from "./image-problem.js";

const { layers, regularizers, initializers } = tf;

/** With or without its regularisers, of every kind that tf.layers has: L1, L2, both; of kernels, biases and outputs. */
function net(regularized: boolean): tf.LayersModel {
  const only = <T extends object>(given: T): T | object => (regularized ? given : {});
  const init = (seed: number) => ({ kernelInitializer: initializers.glorotUniform({ seed }) });
  return tf.sequential({
    layers: [
      layers.conv2d({
        ...{ inputShape: [side, side, 1], filters: 3, kernelSize: 3, activation: "relu", ...init(1) },
        ...only({ kernelRegularizer: regularizers.l2({ l2: 0.02 }) }),
      }),
      layers.flatten(),
      layers.dense({
        ...{ units: 5, activation: "tanh", biasInitializer: "ones", ...init(2) },
        ...only({ kernelRegularizer: regularizers.l1({ l1: 0.01 }), biasRegularizer: regularizers.l2({ l2: 0.1 }) }),
      }),
      layers.dense({
        ...{ units: 3, ...init(3) },
        ...only({ kernelRegularizer: regularizers.l1l2({ l1: 0.003, l2: 0.05 }) }),
      }),
    ],
  });
}

/** What the regularisers above say. */
function penalty(model: tf.LayersModel): tf.Scalar {
  const [conv, , hidden, bias, last] = model.trainableWeights.map((weight) => weight.read());
  if (!conv || !hidden || !bias || !last) throw new Error("the net has other weights");
  const parts = [
    conv.square().sum().mul(0.02),
    hidden.abs().sum().mul(0.01),
    bias.square().sum().mul(0.1),
    last.abs().sum().mul(0.003),
    last.square().sum().mul(0.05),
  ];
  return tf.addN(parts).asScalar();
}

const close = (actual: number, expected: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} for ${expected}`,
  );

describe("regularisers in fit", () => {
  before(() => useBackend({ backend: "wasm" }));

  const run = async (
    model: tf.LayersModel,
    options: Partial<FitOptions>,
  ): Promise<{ history: History; weights: number[] }> => {
    const history = await train(model, {
      train: squares(50, { batchSize: 16, shuffle: true }),
      validation: squares(20),
      epochs: 5,
      optimizer: adam({ learningRate: 0.01 }),
      ...options,
    });
    const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
    model.dispose();
    return { history, weights };
  };

  for (const mode of ["compiled", "eager"] as const)
    it(`train as the same penalty does that is written by hand (${mode})`, async () => {
      const own = net(false);
      const loss = (yTrue: tf.Tensor, logits: tf.Tensor) => crossEntropy(yTrue, logits).add(penalty(own)).asScalar();
      const expected = await run(own, { mode, loss });
      const actual = await run(net(true), { mode });
      const plain = await run(net(false), { mode });
      assert.equal(actual.history.engine.split(":")[0], mode);
      for (const [i, value] of actual.history.column("loss").entries())
        close(value, expected.history.column("loss")[i] ?? Number.NaN, `loss of epoch ${i + 1}`);
      for (const [i, value] of actual.weights.entries()) close(value, expected.weights[i] ?? Number.NaN, `weight ${i}`);
      // It is not a little: without it, other weights come out.
      assert.ok(Math.max(...actual.weights.map((value, i) => Math.abs(value - (plain.weights[i] ?? 0)))) > 0.02);
    });

  it("are in the loss and not in valLoss, which tells how good the model is", async () => {
    const model = net(true);
    const start = tf.tidy(() => penalty(model).dataSync()[0] ?? 0);
    assert.ok(start > 0.5);
    const [data, same] = [squares(16), squares(16)];
    const { history } = await run(model, {
      train: data,
      validation: same,
      epochs: 1,
      optimizer: adam({ learningRate: 1e-12 }),
    });
    const [row] = history.epochs;
    close(row?.loss ?? 0, (row?.valLoss ?? 0) + start, "loss");
  });

  it("count for models of ml.models", async () => {
    const model = () => mlp({ inputShape: [side, side, 1], hidden: [6], classes: 3, seed: 1, l2: 0.3 });
    const own = mlp({ inputShape: [side, side, 1], hidden: [6], classes: 3, seed: 1 });
    const kernels = own.trainableWeights.filter(({ originalName }) => /kernel/.test(originalName));
    assert.equal(kernels.length, 2);
    const loss = (yTrue: tf.Tensor, logits: tf.Tensor) =>
      tf.addN([crossEntropy(yTrue, logits), ...kernels.map((it) => it.read().square().sum().mul(0.3))]).asScalar();
    const expected = await run(own, { loss });
    const actual = await run(model(), {});
    for (const [i, value] of actual.weights.entries()) close(value, expected.weights[i] ?? Number.NaN, `weight ${i}`);
  });

  it("count when a learning rate is looked for, and in cross-validation", async () => {
    const model = net(true);
    const start = tf.tidy(() => penalty(model).dataSync()[0] ?? 0);
    const plain = net(false);
    const first = async (it: tf.LayersModel) =>
      (await findLearningRate(it, { train: squares(16), steps: 5 })).losses[0] ?? Number.NaN;
    close(await first(model), (await first(plain)) + start, "first loss");
    model.dispose();
    plain.dispose();
    const dataset = fromArrays({
      images: Float32Array.from({ length: 12 * side * side }, (_, i) => Math.sin(i)),
      labels: Int32Array.from({ length: 12 }, (_, i) => i % 3),
      shape: [side, side, 1],
    });
    const options = { folds: 2, epochs: 1, seed: 1, batchSize: 12, stratify: false };
    const losses = async (regularized: boolean) => {
      const { folds } = await crossValidate(() => net(regularized), dataset, options);
      return folds.map(({ history }) => history.column("loss")[0] ?? Number.NaN);
    };
    const [regularized, unregularized] = [await losses(true), await losses(false)];
    for (const [i, loss] of regularized.entries()) close(loss, (unregularized[i] ?? Number.NaN) + start, `fold ${i}`);
  });
});
