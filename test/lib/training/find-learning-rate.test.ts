// ml.findLearningRate: the sweep, the average and the suggestion follow their formulas; the model is afterwards as it was.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { loader, mnist } from "../../../lib/data/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { lenet5, mlp } from "../../../lib/models/index.js";
import { adam, sgd } from "../../../lib/optimizers/index.js";
import { findLearningRate } from "../../../lib/training/find-learning-rate.js";
import { fit as train } from "../../../lib/training/fit.js";
import { LearningRateRange } from "../../../lib/training/learning-rate-range.js";
import { descentOf } from "../../../lib/training/steepest-descent.js";
import { compose, normalize, resize, toTensor } from "../../../lib/transforms/index.js";
import { blobs } from "./blobs.js";

const data = () => blobs({ samples: 90, batchSize: 16 });
const model = () => mlp({ inputShape: [4], hidden: [16], classes: 3, seed: 3, dropout: 0.2 });
const values = (net: tf.LayersModel) => net.getWeights().map((weight) => [...weight.dataSync()]);

describe("findLearningRate", () => {
  before(() => ready());

  it("sweeps exponentially, averages, and finds a rate that trains well", async () => {
    const net = model();
    const range = await findLearningRate(net, { train: data(), optimizer: sgd(), seed: 1, steps: 60, maximum: 1000 });
    const { learningRates, losses, smoothedLosses, suggestion } = range;
    assert.ok(Math.abs((learningRates[0] ?? 0) - 1e-7) < 1e-12);
    const ratio = 1e10 ** (1 / 59);
    learningRates.slice(1).forEach((rate, i) => {
      assert.ok(Math.abs(rate / (learningRates[i] ?? 1) - ratio) < 1e-9);
    });
    let average = 0;
    losses.forEach((loss, i) => {
      average = 0.98 * average + 0.02 * loss;
      assert.ok(Math.abs((smoothedLosses[i] ?? 0) - average / (1 - 0.98 ** (i + 1))) < 1e-9);
    });
    assert.ok(suggestion !== undefined && suggestion > 1e-3 && suggestion < 30, String(suggestion));
    assert.ok(suggestion <= range.lowest);
    const history = await train(net, {
      train: data(),
      epochs: 5,
      optimizer: sgd({ learningRate: suggestion }),
      seed: 1,
    });
    assert.ok((history.epochs.at(-1)?.loss ?? 9) < 0.5 * (losses[0] ?? 0));
    net.dispose();
  });

  it("suggests a rate inside its range that trains, from first weights whose first batches are bad", async () => {
    const { train: digits } = await mnist({ train: 1000, test: 10, seed: 7 });
    const transform = compose([resize(32), toTensor(), normalize([0.5], [0.5])]);
    // Averages of the losses fall most steeply at the very start with these seeds.
    for (const seed of [6, 11]) {
      const net = lenet5({ inputShape: [32, 32, 1], classes: 10, batchNorm: false, seed });
      const batches = loader(digits, { batchSize: 32, shuffle: true, seed, transform });
      const { suggestion = Number.NaN, losses, lowest } = await findLearningRate(net, { train: batches, seed });
      assert.ok(suggestion > 2e-5 && suggestion < 0.02, `seed ${seed}: ${suggestion}`);
      assert.ok(lowest > suggestion && lowest < 0.3, `seed ${seed}: lowest at ${lowest}`);
      const optimizer = adam({ learningRate: suggestion });
      const history = await train(net, { train: batches, epochs: 2, optimizer, seed });
      const last = history.epochs.at(-1)?.loss ?? Number.NaN;
      assert.ok(last < 0.5 * (losses[0] ?? Number.NaN), `seed ${seed}: ${last} with ${suggestion}`);
      net.dispose();
    }
  });

  it("gives back weights and moving averages, and leaves no tensor", async () => {
    const net = tf.sequential({
      layers: [
        tf.layers.dense({ units: 8, inputShape: [4] }),
        tf.layers.batchNormalization(),
        tf.layers.dense({ units: 3, kernelRegularizer: "l1l2" }),
      ],
    });
    const [before, tensors] = [values(net), tf.memory().numTensors];
    for (const mode of ["compiled", "eager"] as const) {
      const range = await findLearningRate(net, { train: data(), steps: 30, mode });
      assert.equal(range.learningRates.length, range.losses.length);
      assert.deepEqual(values(net), before);
      assert.equal(tf.memory().numTensors, tensors);
    }
    net.dispose();
  });

  it("training afterwards is as if it had not been", async () => {
    const [one, other] = [model(), model()];
    await findLearningRate(one, { train: data(), steps: 20 });
    const run = async (net: tf.LayersModel) => (await train(net, { train: data(), epochs: 2, seed: 5 })).column("loss");
    assert.deepEqual(await run(one), await run(other));
    one.dispose();
    other.dispose();
  });

  it("ends where the loss diverges, also where it is no number any more", async () => {
    const net = model();
    const options = { train: data(), optimizer: sgd({ momentum: 0.9 }), steps: 100, seed: 2 };
    const range = await findLearningRate(net, { ...options, maximum: 1e6 });
    assert.ok(range.losses.length < 100);
    assert.match(range.stopped ?? "", /^it diverged at \d/);
    assert.ok(range.losses.every(Number.isFinite));
    assert.ok(range.learningRates.every((rate) => rate < 1e6));
    const steep = await findLearningRate(net, {
      ...options,
      minimum: 1e-3,
      maximum: 1e38,
      steps: 12,
      divergence: 1e30,
    });
    assert.match(steep.stopped ?? "", /loss (NaN|Infinity)/);
    net.dispose();
  });

  it("does not take the difference between two batches for divergence", async () => {
    const net = model();
    await train(net, { train: data(), epochs: 20, optimizer: sgd({ learningRate: 0.5 }), seed: 1 });
    // A trained model: what is nearly perfect on one batch is some times worse on the next.
    const range = await findLearningRate(net, { train: data(), steps: 40, maximum: 1e-6 });
    assert.equal(range.losses.length, 40);
    const first = range.losses.slice(0, 8);
    assert.ok(Math.max(...first) > 4 * Math.min(...first));
    assert.match(String(range), /loss over learning rates from 1e-7 to 1\.0e-6\n/);
    net.dispose();
  });

  it("suggests the steepest descent, not noise, not what follows an explosion, and nothing where nothing falls", () => {
    const curve = (count: number, at: number) =>
      Array.from({ length: count }, (_, i) => 2.3 - 2 / (1 + Math.exp(-(i - at) / 4)));
    assert.deepEqual(descentOf(curve(80, 40)), { steepest: 40, lowest: 79 });
    // An explosion, and what falls after it, is no descent to train with.
    assert.equal(descentOf([...curve(80, 40), 50, 10, 3]).steepest, 40);
    assert.equal(descentOf([...curve(80, 40), 50, 10, ...Array.from({ length: 30 }, () => 2.2)]).steepest, 40);
    // A single lucky batch weighs less than a slope that lasts.
    const noisy = curve(80, 40).map((loss, i) => loss + (i === 3 ? 0.3 : 0));
    assert.equal(descentOf(noisy).steepest, 40);
    // A first batch that is worse than all others is no descent either.
    assert.equal(descentOf(curve(80, 40).map((loss, i) => loss + (i === 0 ? 2 : 0))).steepest, 40);
    assert.deepEqual(descentOf(Array.from({ length: 30 }, (_, i) => i)), { steepest: undefined, lowest: 0 });
    for (const count of [1, 2]) assert.equal(descentOf(curve(count, 1)).steepest, undefined);
    const flat = new LearningRateRange({
      learningRates: Array.from({ length: 20 }, (_, i) => 10 ** (i / 5 - 5)),
      losses: Array.from({ length: 20 }, () => 1),
      smoothedLosses: Array.from({ length: 20 }, () => 1),
    });
    assert.equal(flat.suggestion, undefined);
    assert.match(String(flat), /^no suggestion/);
  });

  it("shows the suggestion, and the curve as text", () => {
    const learningRates = Array.from({ length: 41 }, (_, i) => 10 ** (i / 10 - 4));
    const losses = learningRates.map((rate) => 2.3 - 1.8 / (1 + Math.exp(-6 * (Math.log10(rate) + 2))));
    const range = new LearningRateRange({
      learningRates,
      losses,
      smoothedLosses: losses,
      stopped: "it diverged at 1.2",
    });
    const text = String(range);
    assert.match(text, /^suggested learning rate 0\.010: .*\n.* from 1e-4 to 1\.0e\+0; it diverged/);
    assert.match(text, /\n█+[▇▆▅▄▃▂]+▁+$/);
    assert.ok(!/NaN|Infinity/.test(text));
  });

  it("Stop ends it and gives the weights back", async () => {
    const net = model();
    const before = values(net);
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    const globals = globalThis as Record<symbol, unknown>;
    const key = Symbol.for("Jupyter.abortSignal");
    globals[key] = controller.signal;
    const source = data();
    let batches = 0;
    const watched = {
      length: source.length,
      async *epoch(number: number) {
        for await (const batch of source.epoch(number)) {
          batches++;
          if (batches === 9) controller.abort(new Error("stopped by the reader"));
          yield batch;
        }
      },
    };
    try {
      await assert.rejects(findLearningRate(net, { train: watched }), /stopped by the reader/);
    } finally {
      delete globals[key];
    }
    assert.equal(batches, 9);
    assert.deepEqual(values(net), before);
    assert.equal(tf.memory().numTensors, tensors);
    net.dispose();
  });

  it("says what is wrong with its arguments, and leaves nothing", async () => {
    const net = model();
    const tensors = tf.memory().numTensors;
    const wrong: [options: unknown, message: RegExp][] = [
      [{ train: data(), minimum: 0 }, /invalid minimum; expected a finite number above 0: 0/],
      [{ train: data(), minimum: 1, maximum: 0.1 }, /invalid maximum; expected a finite number above 1: 0.1/],
      [{ train: data(), steps: 4 }, /invalid steps; expected a whole number, at least 5: 4/],
      [{ train: data(), smoothing: 1 }, /invalid smoothing/],
      [{ train: data(), divergence: 1 }, /invalid divergence/],
      [{ train: data(), minimumm: 1 }, /did you mean minimum\?/],
      [{ train: data(), loss: "hinge" }, /invalid loss/],
      [{ train: [] }, /invalid train; expected at least one batch an epoch/],
      [{}, /invalid train/],
      [undefined, /invalid options/],
      [{ train: data(), minimum: 1e20, maximum: 1e30, optimizer: sgd() }, /invalid minimum; expected a rate/],
    ];
    for (const [options, message] of wrong) await assert.rejects(findLearningRate(net, options as never), message);
    await assert.rejects(findLearningRate(undefined as never, { train: data() }), /invalid model/);
    assert.equal(tf.memory().numTensors, tensors);
    net.dispose();
  });
});
