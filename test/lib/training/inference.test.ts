// What evaluate, predict and fit's validation compute: the same numbers compiled and eager, with the weights of the moment, and nothing
// left open.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../lib/engine/backend.js";
import { blockLength } from "../../../lib/engine/jit/block-length.js";
import { compileInference } from "../../../lib/engine/jit/compile-inference.js";
import { sgd } from "../../../lib/optimizers/index.js";
import type { Batch } from "../../../lib/training/batches.js";
import { evaluate } from "../../../lib/training/evaluate.js";
import { fit as train } from "../../../lib/training/fit.js";
import { predict } from "../../../lib/training/predict.js";
import { side, smallNet, squares } from "./image-problem.js";
import { countingSessions } from "./open-sessions.js";

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, tolerance = 1e-5): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < actual.length; i++) {
    const [a = Number.NaN, b = Number.NaN] = [actual[i], expected[i]];
    assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}[${i}]: ${a}, eager ${b}`);
  }
}

const change = (net: tf.LayersModel, factor: number): void =>
  tf.tidy(() => net.setWeights(net.getWeights().map((weight) => weight.mul(factor))));

describe("inference in training", () => {
  before(async () => {
    await useBackend({ backend: "wasm" });
    // Asked once a process, with a session of its own.
    await blockLength();
  });

  it("evaluate gives the same probabilities compiled and eager, also after the weights changed", async () => {
    const net = smallNet();
    const data = squares(75);
    for (const factor of [1, 1.3, 0.9]) {
      change(net, factor);
      const [auto, eager] = [await evaluate(net, data), await evaluate(net, data, { mode: "eager" })];
      assertClose(auto.probabilities.flat(), eager.probabilities.flat(), "probabilities");
      assert.deepEqual(auto.yTrue, eager.yTrue);
      assert.deepEqual(auto.yPred, eager.yPred);
      assert.equal(auto.yTrue.length, 75);
      assert.deepEqual(auto.classNames, ["left", "right", "below"]);
    }
    net.dispose();
  });

  it("predict gives the same outputs for tensors, loaders and arrays of batches", async () => {
    const net = smallNet();
    const xs = tf.randomUniform([37, side, side, 1], -1, 1, "float32", 3);
    const eager = await predict(net, xs, { mode: "eager" });
    const whole = net.predict(xs) as tf.Tensor;
    assertClose(eager.dataSync(), whole.dataSync(), "eager");
    const batches = [0, 8, 16, 24, 32].map((start): Batch => {
      const size = Math.min(8, 37 - start);
      return { xs: xs.slice(start, size), ys: tf.zeros([size], "int32") };
    });
    const before = tf.memory().numTensors;
    for (const inputs of [xs, batches]) {
      const found = await predict(net, inputs, { batchSize: 8 });
      assert.deepEqual(found.shape, [37, 3]);
      assertClose(found.dataSync(), eager.dataSync(), "compiled");
      found.dispose();
    }
    const insisted = await predict(net, xs, { batchSize: 8, mode: "compiled" });
    assertClose(insisted.dataSync(), eager.dataSync(), "compiled from the first batch on");
    insisted.dispose();
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([xs, eager, whole, ...batches.flatMap((batch) => [batch.xs, batch.ys])]);
    net.dispose();
  });

  it("compiles a shape at its second batch, and not one that comes once", async () => {
    const net = smallNet();
    await countingSessions(async (count) => {
      await evaluate(net, squares(20));
      assert.deepEqual(count, { made: 0, open: 0 });
      await evaluate(net, squares(75));
      assert.deepEqual(count, { made: 1, open: 0 });
    });
    net.dispose();
  });

  it("fit's validation follows the weights with one session a shape", async () => {
    const runs: number[][] = [];
    for (const mode of ["auto", "eager"] as const) {
      const net = smallNet({ dropout: 0 });
      await countingSessions(async (count) => {
        const history = await train(net, {
          train: squares(64, { shuffle: true }),
          validation: squares(40, { batchSize: 16 }),
          epochs: 4,
          optimizer: sgd({ learningRate: 0.1 }),
          mode,
        });
        runs.push([...history.column("valLoss"), ...history.column("valAccuracy")]);
        const last = await evaluate(net, squares(40), { mode: "eager" });
        assert.equal(history.epochs.at(-1)?.valAccuracy, last.accuracy);
        assert.equal(count.open, 0);
        // The training step's one shape, and the validation's two.
        assert.equal(count.made, mode === "eager" ? 0 : 3);
      });
      net.dispose();
    }
    assert.equal(new Set(runs[0]?.slice(0, 4)).size, 4);
    assertClose(runs[0] ?? [], runs[1] ?? [], "validation", 1e-4);
  });

  it("an error or a stop in the middle leaves no session and no tensor", async () => {
    const net = smallNet();
    const good = Array.from({ length: 3 }, () => ({ xs: tf.ones([4, side, side, 1]), ys: tf.zeros([4], "int32") }));
    const bad = { xs: tf.ones([4, side, side, 2]), ys: tf.zeros([4], "int32") };
    const before = tf.memory().numTensors;
    await countingSessions(async (count) => {
      await assert.rejects(evaluate(net, [...good, bad]), /invalid batches.xs; expected the model's input/);
      await assert.rejects(predict(net, [...good, bad]), /invalid inputs; expected the model's input/);
      assert.equal(count.made, 2);
      assert.equal(count.open, 0);
      const key = Symbol.for("Jupyter.abortSignal");
      const controller = new AbortController();
      Object.defineProperty(globalThis, key, { configurable: true, get: () => controller.signal });
      try {
        const stopping = {
          length: 9,
          async *epoch() {
            for (let i = 0; i < 9; i++) {
              if (i === 5) controller.abort(new Error("stopped"));
              yield { xs: tf.ones([4, side, side, 1]), ys: tf.zeros([4], "int32") };
            }
          },
        };
        await assert.rejects(evaluate(net, stopping), /stopped/);
      } finally {
        Reflect.deleteProperty(globalThis, key);
      }
      assert.equal(count.made, 3);
      assert.equal(count.open, 0);
    });
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([bad, ...good].flatMap(({ xs, ys }) => [xs, ys]));
    net.dispose();
  });

  it("a graph whose weights are inputs follows them without being made anew", async () => {
    const net = smallNet();
    const xs = tf.randomUniform([5, side, side, 1], -1, 1, "float32", 3);
    const before = tf.memory().numTensors;
    await countingSessions(async (count) => {
      const compiled = compileInference((x) => net.apply(x ?? []) as tf.Tensor, { weights: "inputs" });
      for (const factor of [1, 1.2, 0.7]) {
        change(net, factor);
        const { outputs, mode } = await compiled(xs);
        assert.equal(mode, "compiled");
        const eager = net.predict(xs) as tf.Tensor;
        assertClose(outputs[0]?.data ?? [], eager.dataSync(), "outputs");
        eager.dispose();
      }
      assert.equal(count.made, 1);
      await compiled.dispose();
      assert.equal(count.open, 0);
    });
    assert.equal(tf.memory().numTensors, before);
    xs.dispose();
    net.dispose();
  });
});

describe("fit on plain numbers", () => {
  before(() => useBackend({ backend: "wasm" }));

  const options = { epochs: 2, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), seed: 3 };

  it("gives the same losses as on tensors, and makes no tensor of a batch", async () => {
    const losses: number[][] = [];
    for (const asArrays of [true, false]) {
      const data = squares(70, { shuffle: true });
      const { length } = data;
      let made = 0;
      const epoch = (n: number) => {
        made++;
        return data.epoch(n);
      };
      const source = asArrays ? { length, epoch, arrays: (n: number) => data.arrays(n) } : { length, epoch };
      const net = smallNet();
      const history = await train(net, { ...options, train: source, validation: source });
      losses.push([...history.column("loss"), ...history.column("valLoss"), ...history.column("accuracy")]);
      assert.equal(made, asArrays ? 0 : 4);
      net.dispose();
    }
    assert.deepEqual(losses[0], losses[1]);
  });

  it("a callback that looks at the model sees the weights of this step", async () => {
    const seen: number[][][] = [];
    for (const mode of ["auto", "eager"] as const) {
      const net = smallNet({ dropout: 0 });
      const weights: number[][] = [];
      const look = {
        name: "look",
        afterStep: () => void weights.push(net.getWeights().flatMap((weight) => [...weight.dataSync()])),
      };
      await train(net, { ...options, train: squares(48), mode, callbacks: [look] });
      seen.push(weights);
      net.dispose();
    }
    const [compiled = [], eager = []] = seen;
    assert.equal(compiled.length, 6);
    for (const [i, weights] of compiled.entries()) {
      assertClose(weights, eager[i] ?? [], `step ${i}`, 1e-4);
      assert.notDeepEqual(weights, compiled[i - 1]);
    }
  });
});
