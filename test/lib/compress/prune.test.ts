// Pruned models: the smallest weights are 0 and stay 0, or whole channels are gone, exactly as if they had never been.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { prune } from "../../../lib/compress/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { lenet5 } from "../../../lib/models/lenet5.js";
import { adam, keepZeros, sgd } from "../../../lib/optimizers/index.js";
import { fit as train } from "../../../lib/training/fit.js";

const l = tf.layers;

/** Every layer that channels pass through, with weights that nobody chose. */
function chain(): tf.Sequential {
  const model = tf.sequential({
    layers: [
      l.conv2d({ filters: 6, kernelSize: 3, inputShape: [10, 9, 2], padding: "same" }),
      l.batchNormalization(),
      l.reLU(),
      l.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }),
      l.maxPooling2d({ poolSize: 2 }),
      l.separableConv2d({ filters: 8, kernelSize: 2, activation: "relu" }),
      l.dropout({ rate: 0.2 }),
      l.flatten(),
      l.dense({ units: 10, activation: "tanh" }),
      l.dense({ units: 3 }),
    ],
  });
  model.setWeights(
    model.getWeights().map((weight, i) => {
      const values = tf.randomNormal(weight.shape, 0, 0.5, "float32", i + 1);
      return model.weights[i]?.name.includes("variance") ? values.abs().add(0.5) : values;
    }),
  );
  return model;
}

const answer = (model: tf.LayersModel, xs: tf.Tensor) =>
  tf.tidy(() => (model.predict(xs) as tf.Tensor).arraySync()) as number[][];

describe("compress.prune", () => {
  before(() => ready());

  it("makes the smallest weights 0, of all kernels together", () => {
    const model = lenet5({ inputShape: [32, 32, 1], classes: 10, batchNorm: false, seed: 1 });
    const { model: pruned, layers, before, after } = prune(model, { sparsity: 0.7 });
    const kernels = pruned.getWeights().filter(({ rank }) => rank >= 2);
    const values = kernels.flatMap((kernel) => Array.from(kernel.dataSync()));
    const zeros = values.filter((value) => value === 0).length / values.length;
    assert.ok(Math.abs(zeros - 0.7) < 1e-3, String(zeros));
    // What is left is larger than whatever went, and as it was.
    const original = model
      .getWeights()
      .filter(({ rank }) => rank >= 2)
      .flatMap((kernel) => Array.from(kernel.dataSync()));
    const gone = Math.max(...original.filter((_, i) => values[i] === 0).map(Math.abs));
    original.forEach((value, i) => {
      if (values[i] !== 0) assert.ok(values[i] === value && Math.abs(value) > gone);
    });
    assert.equal(before, model.countParams());
    assert.equal(layers.length, 5);
    assert.ok(after < before * 0.32);
    model.dispose();
    pruned.dispose();
  });

  for (const mode of ["eager", "compiled"] as const) {
    it(`keeps what is 0 while the rest trains on, ${mode}`, async () => {
      const { model } = prune(chain(), { sparsity: 0.6 });
      const before = model.getWeights().map((weight) => Array.from(weight.dataSync()));
      const xs = tf.randomNormal([16, 10, 9, 2], 0, 1, "float32", 3);
      const ys = tf.tensor1d(
        Array.from({ length: 16 }, (_, i) => i % 3),
        "int32",
      );
      await train(model, {
        train: [{ xs, ys }],
        epochs: 3,
        loss: "crossEntropy",
        optimizer: keepZeros(adam()),
        seed: 1,
        mode,
      });
      let changed = 0;
      model.getWeights().forEach((weight, i) => {
        weight.dataSync().forEach((value, k) => {
          const old = before[i]?.[k];
          if (weight.rank >= 2 && old === 0) assert.ok(value === 0, String(value));
          else if (value !== old) changed++;
        });
      });
      assert.ok(changed > 100);
      tf.dispose([xs, ys]);
      model.dispose();
    });
  }

  it("lets biases that are 0 train", async () => {
    const model = tf.sequential({ layers: [l.dense({ units: 2, inputShape: [2] })] });
    const [xs, ys] = [tf.tensor2d([[1, 2]]), tf.tensor1d([1], "int32")];
    await train(model, {
      train: [{ xs, ys }],
      epochs: 1,
      loss: "crossEntropy",
      optimizer: keepZeros(sgd({ learningRate: 1 })),
    });
    assert.ok(
      model
        .getWeights()[1]
        ?.dataSync()
        .every((value) => value !== 0),
    );
    tf.dispose([xs, ys]);
    model.dispose();
  });

  it("takes channels out of a chain, as if they had given nothing", () => {
    const model = chain();
    const { model: pruned, after, before } = prune(model, { sparsity: 0.5, structured: true });
    assert.ok(after < before * 0.4, `${after} ${before}`);
    assert.deepEqual(pruned.outputs[0]?.shape, [null, 3]);
    const sizes = pruned.layers.map((layer) => layer.getConfig()).map(({ filters, units }) => filters ?? units);
    assert.deepEqual(
      sizes.filter((size) => size !== undefined),
      [3, 4, 5, 3],
    );
    // The original with the same channels silenced gives the same answers. Behind batch normalisation they give a constant, which is
    // silenced where it is used.
    const silenced = silence(model, pruned);
    const xs = tf.randomNormal([4, 10, 9, 2], 0, 1, "float32", 5);
    const [a, b] = [answer(pruned, xs).flat(), answer(silenced, xs).flat()];
    a.forEach((value, i) => {
      assert.ok(Math.abs(value - (b[i] ?? Number.NaN)) < 1e-4, `${value} ${b[i]}`);
    });
    xs.dispose();
    model.dispose();
    pruned.dispose();
  });

  it("keeps the channels with the largest weights", () => {
    const model = tf.sequential({ layers: [l.dense({ units: 4, inputShape: [2] }), l.dense({ units: 1 })] });
    const kernel = tf.tensor2d([
      [0.1, -3, 0.2, 1],
      [0, 1, 0.2, 1],
    ]);
    const [bias, second, last] = [tf.tensor1d([1, 2, 3, 4]), tf.tensor2d([[1], [2], [3], [4]]), tf.tensor1d([0])];
    model.setWeights([kernel, bias, second, last]);
    const { model: pruned } = prune(model, { sparsity: 0.5, structured: true });
    const [left, leftBias, next] = pruned.getWeights().map((weight) => weight.arraySync());
    assert.deepEqual(
      [left, leftBias, next],
      [
        [
          [-3, 1],
          [1, 1],
        ],
        [2, 4],
        [[2], [4]],
      ],
    );
  });

  it("shows what went, and what to do next", () => {
    const report = prune(chain(), { structured: true });
    const shown = (report as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
    const text = shown?.call(report)["text/plain"] ?? "";
    assert.match(text, /layer +weights before +after +of them 0/);
    assert.match(text, /\d+\.\d % of the weights are left; train on with ml\.fit before you judge\./);
  });

  it("names what can't be pruned so", () => {
    const input = tf.input({ shape: [4] });
    const branch = l.dense({ units: 4, name: "branch" }).apply(input) as tf.SymbolicTensor;
    const sum = l.add({ name: "sum" }).apply([input, branch]) as tf.SymbolicTensor;
    const functional = tf.model({ inputs: input, outputs: l.dense({ units: 2 }).apply(sum) as tf.SymbolicTensor });
    assert.throws(
      () => prune(functional, { structured: true }),
      /invalid model; expected a chain of layers.*layer sum/,
    );
    assert.ok(prune(functional, { sparsity: 0.5 }).after < functional.countParams());
    const recurrent = tf.sequential({
      layers: [l.gru({ units: 3, inputShape: [4, 2], name: "memory" }), l.dense({ units: 1 })],
    });
    assert.throws(() => prune(recurrent, { structured: true }), /invalid layer memory; expected one of .*"GRU"/);
    assert.throws(() => prune(functional, { sparsity: 1 }), /invalid sparsity; expected a number in \[0, 1\)/);
    assert.throws(() => prune({} as tf.LayersModel), /invalid model/);
  });

  it("leaks no tensor, and leaves the model as it was", () => {
    const model = chain();
    const weights = model.getWeights().map((weight) => weight.dataSync().slice());
    const before = tf.memory().numTensors;
    for (const structured of [true, false]) prune(model, { structured }).model.dispose();
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      model.getWeights().map((weight) => weight.dataSync().slice()),
      weights,
    );
    model.dispose();
  });
});

/** The original, in which the inputs that come from pruned channels have weight 0. */
function silence(model: tf.Sequential, pruned: tf.LayersModel): tf.LayersModel {
  const keptOf = (layer: number, axis: number): number[] => {
    const [whole, part] = [model, pruned].map((each) => each.layers[layer]?.getWeights()[axis === 0 ? 0 : axis]);
    const columns = (tensor: tf.Tensor | undefined) =>
      tensor
        ?.reshape([-1, tensor.shape.at(-1) ?? 1])
        .transpose()
        .arraySync() as number[][];
    const [all, left] = [columns(whole), columns(part)];
    // A biased channel is found by its bias, which the pruning keeps as it is.
    return left.map((column) => all.findIndex((other) => other.join() === column.join()));
  };
  const weights = model.getWeights().map((weight) => weight.clone());
  const convolution = new Set(keptOf(0, 0));
  // Trainable ones first: convolution 0, 1; normalisation 2, 3; depthwise 4, 5; separable 6 to 8; dense 9, 10 and 11, 12.
  const zero = (index: number, axis: number, keep: (channel: number) => boolean) => {
    const weight = weights[index];
    if (weight === undefined) throw new Error(`no weight ${index}`);
    const lengths = weight.shape.map((length, i) => (i === axis ? length : 1));
    const mask = tf.tensor(
      Array.from({ length: weight.shape[axis] ?? 1 }, (_, channel) => Number(keep(channel))),
      lengths,
    );
    weights[index] = weight.mul(mask);
  };
  const pointwise = weights[7];
  zero(7, 2, (channel) => convolution.has(Math.floor(channel / 2)));
  const filters = new Set(biasKept(model, pruned, 5));
  zero(9, 0, (place) => filters.has(place % (pointwise?.shape[3] ?? 1)));
  const units = new Set(biasKept(model, pruned, 8));
  zero(11, 0, (unit) => units.has(unit));
  const copy = chain();
  copy.setWeights(weights);
  return copy;
}

function biasKept(model: tf.LayersModel, pruned: tf.LayersModel, layer: number): number[] {
  const [whole, part] = [model, pruned].map((each) =>
    Array.from(each.layers[layer]?.getWeights().at(-1)?.dataSync() ?? []),
  );
  return (part ?? []).map((bias) => (whole ?? []).indexOf(bias));
}
