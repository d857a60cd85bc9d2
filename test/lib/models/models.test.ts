// The shapes and parameter counts of the ready-made models, and that a seed repeats their first weights.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { lenet5, mlp, resnet } from "../../../lib/models/index.js";

function firstWeights(model: tf.LayersModel): number[] {
  return model.getWeights().flatMap((weight) => [...weight.dataSync()]);
}

describe("models", () => {
  before(() => ready());

  it("lenet5 has the parameters of PyTorch's CIFAR-10 tutorial", () => {
    const model = lenet5({ inputShape: [32, 32, 3], classes: 10, batchNorm: false });
    assert.equal(model.countParams(), 62_006);
    assert.deepEqual(model.outputShape, [null, 10]);
    model.dispose();
  });

  it("lenet5 normalizes what each layer but the last computes, before its ReLU", () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10 });
    const normalized = ["BatchNormalization", "ReLU"];
    assert.deepEqual(
      model.layers.map((layer) => layer.getClassName()),
      [
        ...["Conv2D", ...normalized, "MaxPooling2D", "Conv2D", ...normalized, "MaxPooling2D", "Flatten"],
        ...["Dense", ...normalized, "Dense", ...normalized, "Dense"],
      ],
    );
    // The biases of these four layers are the normalizations' shifts; scales and two moving averages come with them.
    assert.equal(model.countParams(), 61_706 + 3 * (6 + 16 + 120 + 84));
    model.dispose();
  });

  it("mlp counts its layers", () => {
    const model = mlp({ inputShape: [28, 28, 1], hidden: [32, 16], classes: 10, dropout: 0.2 });
    assert.equal(model.countParams(), 784 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10);
    assert.deepEqual(model.outputShape, [null, 10]);
    model.dispose();
    const linear = mlp({ inputShape: [4], hidden: [], classes: 1 });
    assert.equal(linear.countParams(), 5);
    linear.dispose();
  });

  it("resnet halves the image each stage and ends in classes", () => {
    const model = resnet({ inputShape: [32, 32, 3], classes: 10, blocks: [3, 3, 3] });
    // ResNet-20: 0.27 M parameters in the paper's table 6; the 1 × 1 shortcuts add 0.003 M.
    assert.ok(Math.abs(model.countParams() - 272_474 - 2752) < 3000, String(model.countParams()));
    const output = tf.tidy(() => (model.predict(tf.zeros([2, 32, 32, 3])) as tf.Tensor).shape);
    assert.deepEqual(output, [2, 10]);
    model.dispose();
  });

  for (const [name, make] of [
    ["lenet5", (seed: number) => lenet5({ inputShape: [16, 16, 1], classes: 3, seed })],
    ["mlp", (seed: number) => mlp({ inputShape: [5], classes: 3, seed })],
    ["resnet", (seed: number) => resnet({ inputShape: [8, 8, 1], classes: 3, filters: 4, seed })],
  ] as const) {
    it(`a seed repeats the first weights of ${name}, another gives others`, () => {
      const [one, same, other] = [make(7), make(7), make(8)];
      assert.deepEqual(firstWeights(one), firstWeights(same));
      assert.notDeepEqual(firstWeights(one), firstWeights(other));
      for (const model of [one, same, other]) model.dispose();
    });
  }

  it("says what is wrong with an option", () => {
    assert.throws(
      () => lenet5({ inputShape: [8, 8, 1], classes: 10 }),
      /invalid inputShape; expected at least 12 × 12/,
    );
    assert.throws(
      () => lenet5({ inputShape: [32, 32], classes: 10 }),
      /invalid inputShape; expected \[height, width, channels\]/,
    );
    assert.throws(
      () => mlp({ inputShape: [4], classes: 0 }),
      /invalid classes; expected a whole number from 1 to 65536: 0/,
    );
    assert.throws(() => mlp({ inputShape: [4], classes: 2, dropout: 1 }), /invalid dropout/);
    assert.throws(() => resnet({ inputShape: [8, 8, 1], classes: 2, blocks: [] }), /invalid blocks/);
    assert.throws(() => mlp({ inputShape: [4], classes: 2, seed: 0.5 }), /invalid seed/);
  });
});
