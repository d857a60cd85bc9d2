// A loss by name with its options: it computes what a function of one's own would, and keeps what a name brings (checked labels, the
// usual metrics, a place in checkpoints).
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { checkpoint } from "../../../lib/callbacks/index.js";
import { fromArrays } from "../../../lib/data/index.js";
import { useBackend } from "../../../lib/engine/backend.js";
import { binaryCrossEntropy, crossEntropy, huber } from "../../../lib/losses/index.js";
import type { LossChoice } from "../../../lib/losses/named-loss.js";
import { adam } from "../../../lib/optimizers/index.js";
import { crossValidate } from "../../../lib/training/cross-validate.js";
import { findLearningRate } from "../../../lib/training/find-learning-rate.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import { smallNet, squares } from "./image-problem.js";

const classWeights = [1, 0.25, 2];
const smooth = { name: "crossEntropy", labelSmoothing: 0.1, classWeights } as const;

const options = (loss: LossChoice, more: Partial<FitOptions> = {}): FitOptions => ({
  train: squares(40, { shuffle: true }),
  validation: squares(20),
  epochs: 4,
  optimizer: adam({ learningRate: 0.01 }),
  seed: 2,
  loss,
  ...more,
});

/** Targets that a net with one output can learn: the mean of each image. */
function meansOf(samples: number): { xs: tf.Tensor; ys: tf.Tensor }[] {
  const xs = tf.randomUniform([samples, 8, 8, 1], 0, 1, "float32", 5);
  return [{ xs, ys: tf.tidy(() => xs.mean([1, 2, 3]).sub(0.5).mul(10)) }];
}

const oneOutput = () =>
  tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [8, 8, 1] }),
      tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }) }),
    ],
  });

describe("a loss with options", () => {
  let folder = "";
  before(async () => {
    await useBackend({ backend: "wasm" });
    folder = await mkdtemp(join(tmpdir(), "cellgrad-loss-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const mode of ["compiled", "eager"] as const)
    it(`trains as the function does that passes them (${mode})`, async () => {
      const own = (yTrue: tf.Tensor, logits: tf.Tensor) =>
        crossEntropy(yTrue, logits, { labelSmoothing: 0.1, classWeights });
      const expected = await train(smallNet(), options(own, { mode, metrics: ["accuracy"] }));
      const plain = await train(smallNet(), options("crossEntropy", { mode }));
      const history = await train(smallNet(), options(smooth, { mode }));
      for (const name of ["loss", "accuracy", "valLoss", "valAccuracy"])
        assert.deepEqual(history.column(name), expected.column(name), name);
      assert.notDeepEqual(history.column("loss"), plain.column("loss"));
    });

  it("is there for every loss that has options", async () => {
    const batches = meansOf(12);
    const yesOrNo = batches.map(({ xs, ys }) => ({ xs, ys: ys.greater(0).cast("float32") }));
    for (const [loss, own, train_] of [
      [
        { name: "huber", delta: 0.2 },
        (y: tf.Tensor, p: tf.Tensor) => huber(y.reshape(p.shape), p, { delta: 0.2 }),
        batches,
      ],
      [
        { name: "binaryCrossEntropy", positiveWeight: 3 },
        (y: tf.Tensor, p: tf.Tensor) => binaryCrossEntropy(y.reshape(p.shape), p, { positiveWeight: 3 }),
        yesOrNo,
      ],
    ] as const) {
      const run = async (given: LossChoice) =>
        (await train(oneOutput(), { train: train_, epochs: 3, loss: given, optimizer: adam() })).column("loss");
      assert.deepEqual(await run(loss), await run(own));
      assert.notDeepEqual(await run(loss), await run(loss.name));
    }
    for (const { xs, ys } of [...batches, ...yesOrNo]) tf.dispose([xs, ys]);
  });

  it("is in the checkpoint", async () => {
    const directory = join(folder, "resumed");
    const loss: LossChoice = { ...smooth, classWeights: Float32Array.from(classWeights) as unknown as number[] };
    const whole = await train(smallNet(), options(loss));
    await train(smallNet(), options(loss, { epochs: 2, callbacks: [checkpoint(directory)] }));
    const { train: batches, validation = [] } = options(loss);
    const history = await train(smallNet({ seed: 7 }), { train: batches, validation, epochs: 4, resume: directory });
    for (const name of ["loss", "accuracy", "valLoss"])
      assert.deepEqual(history.column(name), whole.column(name), name);
  });

  it("still checks labels", async () => {
    const xs = tf.zeros([2, 8, 8, 1]);
    const ys = tf.tensor1d([0, 7], "int32");
    const net = smallNet();
    await assert.rejects(
      train(net, { train: [{ xs, ys }], epochs: 1, loss: smooth }),
      /invalid train.ys\[1\]; expected a class from 0 to 2, as the model has 3 outputs: 7/,
    );
    await assert.rejects(findLearningRate(net, { train: [{ xs, ys }], loss: smooth }), /invalid train.ys\[1\]/);
    tf.dispose([xs, ys]);
    net.dispose();
  });

  it("is taken by cross-validation", async () => {
    const dataset = fromArrays({
      images: Float32Array.from({ length: 12 * 64 }, (_, i) => Math.sin(i)),
      labels: Int32Array.from({ length: 12 }, (_, i) => i % 3),
      shape: [8, 8, 1],
    });
    const scoresWith = async (loss: LossChoice) => {
      const { folds } = await crossValidate(() => smallNet({ dropout: 0 }), dataset, {
        folds: 2,
        epochs: 1,
        seed: 1,
        loss,
      });
      return folds.map(({ scores }) => scores);
    };
    const [smoothed, plain] = [await scoresWith(smooth), await scoresWith("crossEntropy")];
    for (const [i, scores] of smoothed.entries()) {
      assert.deepEqual(Object.keys(scores).sort(), ["accuracy", "loss"]);
      assert.notEqual(scores.loss, plain[i]?.loss);
    }
  });

  it("says which loss or option there isn't", async () => {
    const net = smallNet();
    for (const [loss, pattern] of [
      [{ name: "hinge" }, /invalid loss; expected a function, or one of crossEntropy, .*: an object/],
      [{}, /invalid loss; expected a function, or one of/],
      [null, /invalid loss; expected a function, or one of/],
      [
        { name: "crossEntropy", labelSmothing: 0.1 },
        /invalid options; expected options among labelSmoothing, classWeights \(did you mean labelSmoothing\?\): "labelSmothing"/,
      ],
      [{ name: "crossEntropy", labelSmoothing: 2 }, /invalid labelSmoothing; expected a number in \[0, 1\]: 2/],
      [{ name: "crossEntropy", classWeights: [1, 2] }, /invalid classWeights; expected 3, one a class: 2/],
      [{ name: "meanSquaredError", delta: 1 }, /invalid loss; expected no options for this one: "delta"/],
    ] as const) {
      const before = tf.memory().numTensors;
      await assert.rejects(train(net, options(loss as unknown as LossChoice)), pattern);
      assert.equal(tf.memory().numTensors, before);
    }
    net.dispose();
  });
});
