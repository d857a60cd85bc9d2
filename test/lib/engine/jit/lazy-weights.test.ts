// Weights that are not there when a step is made: layers of the loss that make them at their first call, at the first step or at a later one.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../lib/engine/backend.js";
import { compile, type Loss } from "../../../../lib/engine/jit/compile.js";
import { adamW } from "../../../../lib/optimizers/index.js";
import { randomTensor } from "./against-eager.js";

const optimizer = () => adamW({ learningRate: 0.05, weightDecay: 0.1 });

/** Layers whose weights depend on nothing but the seed; not built yet. */
function layers() {
  const kernelInitializer = tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: 3 });
  const dense = (units: number, useBias = true) => tf.layers.dense({ units, kernelInitializer, useBias });
  // A bias in front of batch norm has the gradient 0, up to rounding, of which Adam would make steps.
  const [first, norm, last, extra] = [dense(4, false), tf.layers.batchNormalization(), dense(2), dense(4)];
  const run = (layer: tf.layers.Layer, x: tf.Tensor): tf.Tensor => layer.apply(x, { training: true }) as tf.Tensor;
  const all = [first, norm, last, extra];
  /** From the sixth row on another layer has its say. */
  const loss: Loss = (x, y) => {
    if (x === undefined || y === undefined) throw new Error("expected two inputs");
    let hidden = run(norm, run(first, x));
    if (x.shape[0] === 6) hidden = hidden.add(run(extra, x));
    return tf.losses.meanSquaredError(y, run(last, tf.tanh(hidden)));
  };
  const build = () => {
    tf.tidy(() => {
      for (const [layer, width] of [
        [first, 3],
        [norm, 4],
        [last, 4],
        [extra, 3],
      ] as const)
        run(layer, tf.zeros([2, width]));
      // The averages have seen a batch: as they were made.
      norm.setWeights([tf.ones([4]), tf.zeros([4]), tf.zeros([4]), tf.ones([4])]);
    });
  };
  const values = () => all.map((layer) => layer.getWeights().flatMap((weight) => [...weight.dataSync()]));
  const dispose = () => {
    for (const layer of all) for (const weight of layer.weights) weight.dispose();
  };
  return { loss, build, values, dispose, extra, last };
}

function assertClose(found: readonly number[][], expected: readonly number[][], what: string): void {
  assert.equal(found.length, expected.length);
  for (const [i, list] of expected.entries()) {
    assert.equal(found[i]?.length, list.length, what);
    for (const [j, value] of list.entries())
      assert.ok(Math.abs(value - (found[i]?.[j] ?? Number.NaN)) < 1e-5, `${what}: ${found[i]?.[j]}, expected ${value}`);
  }
}

describe("weights that the loss makes", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const mode of ["auto", "eager"] as const)
    for (const accumulateGradBatches of [1, 2])
      it(`are trained from the first step on: ${mode}, ${accumulateGradBatches} a time`, async () => {
        const [lazy, built] = [layers(), layers()];
        built.build();
        const options = { optimizer: optimizer(), mode, accumulateGradBatches, seed: 1 };
        const [step, other] = [compile(lazy.loss, options), compile(built.loss, options)];
        const modes: string[] = [];
        for (let i = 0; i < 8; i++) {
          const [x, y] = [randomTensor([4, 3], i), randomTensor([4, 2], 90 + i)];
          const { loss, mode: own } = await step(x, y);
          modes.push(own);
          assert.ok(Math.abs(loss - (await other(x, y)).loss) < 1e-6, `step ${i}`);
          tf.dispose([x, y]);
        }
        assert.deepEqual(new Set(modes), new Set([mode === "auto" ? "compiled" : "eager"]));
        assertClose(lazy.values().slice(0, 3), built.values().slice(0, 3), "weights");
        await step.dispose();
        await other.dispose();
        lazy.dispose();
        built.dispose();
      });

  for (const accumulateGradBatches of [1, 2])
    it(`join those of the first step later on, ${accumulateGradBatches} a time`, async () => {
      const runs: number[][][] = [];
      for (const mode of ["compiled", "eager"] as const) {
        const own = layers();
        const step = compile(own.loss, { optimizer: optimizer(), mode, accumulateGradBatches, seed: 1 });
        const losses: number[] = [];
        for (const [i, rows] of [4, 4, 4, 4, 6, 6, 4, 6, 4, 4, 6, 6].entries()) {
          const [x, y] = [randomTensor([rows, 3], i), randomTensor([rows, 2], 90 + i)];
          const before = own.values();
          losses.push((await step(x, y)).loss);
          const [kept, after] = [before, own.values()].map((values) => values[3] ?? []);
          // Without it the step leaves it alone, its decay too, as PyTorch does with a parameter that has no gradient.
          if (rows === 4 && accumulateGradBatches === 1) assert.deepEqual(after, kept, `step ${i}`);
          if (rows === 6 && accumulateGradBatches === 1) assert.notDeepEqual(after, kept, `step ${i}`);
          tf.dispose([x, y]);
        }
        const slots = step.state()?.slots.mean ?? [];
        // A kernel, scale and offset of the norm, a kernel and its bias; then the late layer's two.
        assert.equal(slots.length, 7);
        assert.deepEqual(slots.at(-2)?.shape, [3, 4]);
        runs.push([losses, ...own.values()]);
        await step.dispose();
        own.dispose();
      }
      assertClose(runs[0] ?? [], runs[1] ?? [], "compiled against eager");
    });

  it("and a layer that is frozen on the way stays as it is", async () => {
    for (const mode of ["compiled", "eager"] as const) {
      const own = layers();
      const step = compile(own.loss, { optimizer: optimizer(), mode, seed: 1 });
      const [x, y] = [randomTensor([4, 3], 1), randomTensor([4, 2], 2)];
      for (let i = 0; i < 3; i++) await step(x, y);
      own.last.trainable = false;
      const frozen = own.values();
      for (let i = 0; i < 3; i++) await step(x, y);
      assert.deepEqual(own.values()[2], frozen[2]);
      assert.notDeepEqual(own.values()[0], frozen[0]);
      own.last.trainable = true;
      await step(x, y);
      assert.notDeepEqual(own.values()[2], frozen[2]);
      await step.dispose();
      own.dispose();
      tf.dispose([x, y]);
    }
  });

  it("leave no tensor behind, also where the loss fails", async () => {
    const [x, y] = [randomTensor([4, 3], 1), randomTensor([4, 2], 2)];
    const before = tf.memory().numTensors;
    const own = layers();
    let fails = true;
    const step = compile(
      (...given) => {
        const loss = own.loss(...given);
        if (fails) throw new Error("broken on purpose");
        return loss;
      },
      { optimizer: optimizer() },
    );
    await assert.rejects(step(x, y), /broken on purpose/);
    fails = false;
    for (let i = 0; i < 3; i++) assert.equal((await step(x, y)).mode, "compiled");
    await step.dispose();
    own.dispose();
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([x, y]);
  });
});
