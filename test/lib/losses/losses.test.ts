// Each loss, and its gradient, against PyTorch's. The numbers come from test/fixtures/losses/make.py.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import * as losses from "../../../lib/losses/index.js";
import { namedLoss } from "../../../lib/losses/named-loss.js";
import { cases, isClose, lossOf, nameOf, targetsOf } from "./pytorch-losses.js";

describe("losses", () => {
  before(() => ready());

  for (const [i, it_] of cases.entries())
    it(`${i} ${nameOf(it_)} is PyTorch's`, () => {
      const loss = lossOf(it_);
      const before = tf.memory().numTensors;
      const { value, gradient } = tf.tidy(() => {
        const [yTrue, yPred] = [targetsOf(it_), tf.tensor(it_.yPred, it_.shape)];
        const result = tf.valueAndGrad((x: tf.Tensor) => loss(yTrue, x))(yPred);
        return { value: result.value.dataSync()[0] ?? Number.NaN, gradient: [...result.grad.dataSync()] };
      });
      assert.equal(tf.memory().numTensors, before);
      assert.ok(isClose(value, it_.value), `${value} for ${it_.value}`);
      for (const [j, expected] of it_.gradient.entries())
        assert.ok(isClose(gradient[j] ?? Number.NaN, expected), `gradient ${j}: ${gradient[j]} for ${expected}`);
    });

  it("is 0 rather than 0 / 0 where all classes of a batch weigh nothing", () => {
    const value = tf.tidy(() => {
      const logits = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      return losses.crossEntropy(tf.tensor1d([0, 0], "int32"), logits, { classWeights: [0, 1] }).dataSync()[0];
    });
    assert.equal(Math.abs(value ?? Number.NaN), 0);
  });

  it("says what is wrong with shapes and options", () => {
    const logits = tf.zeros([2, 3]);
    assert.throws(
      () => losses.crossEntropy(tf.tensor1d([0], "int32"), logits),
      /invalid yTrue; expected a shape \[2\] \(classes\)/,
    );
    assert.throws(
      () => losses.crossEntropy(tf.tensor1d([0, 1], "int32"), tf.zeros([2])),
      /invalid logits; expected a shape \[batch, classes\]/,
    );
    const labels = tf.tensor1d([0, 1], "int32");
    assert.throws(
      () => losses.crossEntropy(labels, tf.zeros([2, 1])),
      /invalid logits; expected at least 2 columns, one a class \(a single one is for binaryCrossEntropy\): \[2, 1\]/,
    );
    assert.throws(() => losses.crossEntropy(tf.zeros([2, 1]), tf.zeros([2, 1])), /invalid logits; expected at least 2/);
    assert.throws(() => losses.crossEntropy(labels, logits, { labelSmoothing: 2 }), /invalid labelSmoothing/);
    assert.throws(() => losses.crossEntropy(labels, logits, { classWeights: [1] }), /invalid classWeights; expected 3/);
    assert.throws(
      () => losses.meanSquaredError(tf.zeros([2]), tf.zeros([2, 1])),
      /invalid yPred; expected the shape of yTrue, \[2\]: \[2, 1\]/,
    );
    assert.throws(() => losses.huber(tf.zeros([2]), tf.zeros([2]), { delta: 0 }), /invalid delta/);
    assert.throws(
      () => namedLoss("hinge" as never),
      /invalid loss; expected a function, or one of crossEntropy, .*, or { name, …its options }/,
    );
    tf.dispose([logits, labels]);
  });

  it("by name take a column of predictions for a vector of targets, as Keras; the functions don't", () => {
    tf.tidy(() => {
      const [targets, column] = [tf.tensor1d([0, 1, 1]), tf.tensor2d([0.5, 2, 1], [3, 1])];
      for (const name of ["meanSquaredError", "meanAbsoluteError", "huber", "binaryCrossEntropy"] as const) {
        const before = tf.memory().numTensors;
        const expected = losses[name](targets.expandDims(1), column).dataSync()[0] ?? Number.NaN;
        for (const [yTrue, yPred] of [
          [targets, column],
          [targets.expandDims(1), column.squeeze([1])],
        ] as const)
          assert.equal(namedLoss(name)(yTrue, yPred).dataSync()[0], expected);
        assert.ok(tf.memory().numTensors - before <= 6, "only results and the reshaped arguments are left");
        assert.throws(() => losses[name](targets, column), /invalid (yPred|logits); expected the shape of yTrue/);
        assert.throws(() => namedLoss(name)(targets, tf.zeros([3, 2])), /invalid (yPred|logits)/);
      }
    });
  });

  it("of classes refuse a label that is no class", () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const logits = tf.zeros([2, 3]);
      const loss = (labels: tf.Tensor) => () => losses.crossEntropy(labels, logits);
      assert.throws(
        loss(tf.tensor1d([0, 3], "int32")),
        /^Error: invalid yTrue\[1\]; expected a class from 0 to 2, .*: 3$/,
      );
      assert.throws(loss(tf.tensor1d([-1, 0], "int32")), /invalid yTrue\[0\]; .*: -1$/);
      assert.throws(loss(tf.tensor1d([0.5, 0])), /invalid yTrue\[0\]; .*: 0.5$/);
      assert.equal(loss(tf.tensor1d([0, 2], "int32"))().dataSync()[0], Math.fround(Math.log(3)));
    });
    assert.equal(tf.memory().numTensors, before);
  });
});
