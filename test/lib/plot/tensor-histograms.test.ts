import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { gradientHistograms, weightHistograms } from "../../../lib/plot/index.js";

describe("plot: weightHistograms and gradientHistograms", () => {
  before(() => ready());

  it("tells of each weight what TensorFlow.js computes of it", () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 20, inputShape: [30], name: "first" })] });
    model.setWeights([tf.randomNormal([30, 20], 0.5, 2, "float32", 1), tf.zeros([20])]);
    const before = tf.memory().numTensors;
    const { data, text } = weightHistograms(model);
    assert.equal(tf.memory().numTensors, before);
    const [kernel, bias] = data.tensors;
    assert.deepEqual([kernel?.shape, bias?.shape], [[30, 20], [20]]);
    const expected = tf.tidy(() => {
      const weight = model.getWeights()[0] ?? tf.scalar(0);
      const { mean, variance } = tf.moments(weight);
      return [mean, variance.sqrt(), weight.min(), weight.max(), weight.norm()].map(
        (value) => value.dataSync()[0] ?? 0,
      );
    });
    [kernel?.mean, kernel?.std, kernel?.min, kernel?.max, kernel?.norm].forEach((value, i) => {
      assert.ok(Math.abs((value ?? Number.NaN) - (expected[i] ?? 0)) < 1e-4, `${value}, ${expected[i]}`);
    });
    assert.equal(
      kernel?.counts.reduce((sum, count) => sum + count, 0),
      600,
    );
    assert.deepEqual([bias?.zeros, bias?.std, bias?.norm], [20, 0, 0]);
    assert.match(text, /^Weights: 620 values in 2 tensors\n/);
    assert.match(text, /first\/kernel +\[30, 20\]/);
    model.dispose();
  });

  it("takes the gradients of a loss, and says where they are not finite", () => {
    const x = tf.variable(tf.tensor1d([0, 1, 2]), true, "fuzzy_x");
    const { value, grads } = tf.variableGrads(() => x.log().sum() as tf.Scalar, [x]);
    const { data, text } = gradientHistograms(grads);
    assert.deepEqual([data.tensors[0]?.infinite, data.tensors[0]?.max, data.tensors[0]?.min], [1, 1, 0.5]);
    assert.match(text, /^Gradients: 3 values in 1 tensor; 1 not finite\n/);
    tf.dispose([value, grads, x]);
  });

  it("shows a tensor without a finite value, and the first of very many", () => {
    const tensors = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`t${i}`, tf.fill([3], i || Number.NaN)]));
    const { data, spec, text } = weightHistograms(tensors);
    tf.dispose(tensors);
    assert.equal(data.tensors.length, 30);
    assert.equal((spec.data as { values: object[] }).values.length, 24);
    assert.match(text, /the first 24 are drawn; 3 not finite/);
    assert.match(JSON.stringify(spec), /no finite value/);
  });

  it("of a large model, has the first in its text, and says how many more there are", async () => {
    const tensors = Object.fromEntries(
      Array.from({ length: 900 }, (_, i) => [`a_block_of_layers/layer_${i}/with_a_long_name/kernel`, tf.fill([3], i)]),
    );
    const chart = weightHistograms(tensors);
    tf.dispose(tensors);
    assert.equal(chart.data.tensors.length, 900);
    assert.equal(chart.text.split("\n").length, 43);
    assert.match(chart.text, /\n… 860 more in \.data\.tensors$/);
    assert.ok(Buffer.byteLength(JSON.stringify(await chart.bundle())) < 100_000);
  });

  it("names its axes, and cuts what would run into the next histogram", () => {
    const tensor = tf.zeros([3, 3, 256, 1]);
    const { spec } = gradientHistograms({ ["x".repeat(20) + "/the/end".repeat(5)]: tensor });
    tensor.dispose();
    const { x, y } = (spec.spec as { encoding: Record<string, { title: string; axis: { tickMinStep?: number } }> })
      .encoding;
    assert.deepEqual([x?.title, y?.title], ["gradient", "count"]);
    // There are no halves of a value.
    assert.equal(y?.axis.tickMinStep, 1);
    const { values } = spec.data as { values: { tensor: string }[] };
    assert.match(values[0]?.tensor ?? "", /^1\. ….{15}end \[3, 3, 256, 1\]\n/);
  });

  it("says what is wrong with its input", () => {
    const weights = weightHistograms as (model: unknown, options?: object) => unknown;
    const gradients = gradientHistograms as (gradients: unknown) => unknown;
    assert.throws(() => weights(1), /^Error: invalid model; expected a tf.LayersModel, or tensors by name: 1/);
    assert.throws(() => weights({ a: 1 }), /^Error: invalid model.a; expected a tensor/);
    assert.throws(() => gradients({}), /^Error: invalid gradients; expected tensors by name/);
    assert.throws(() => weights(tf.sequential()), /^Error: invalid model; expected/);
  });
});
