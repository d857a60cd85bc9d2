// Two ways to one result: eager and compiled steps draw the same random numbers, and a run that was resumed is the run that was not
// interrupted, to the last bit. On runs that nobody chose.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { checkpoint } from "../../../lib/callbacks/index.js";
import { useBackend } from "../../../lib/engine/backend.js";
import { crossEntropy } from "../../../lib/losses/index.js";
import { clipByValue, sgd } from "../../../lib/optimizers/index.js";
import { chain, constant, exponentialLR, sequential, warmup } from "../../../lib/schedules/index.js";
import type { Callback } from "../../../lib/training/callback.js";
import { writeCheckpoint } from "../../../lib/training/checkpoint-file.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import { smallNet, squares } from "./image-problem.js";
import { randomRun } from "./random-run.js";

const weightsOf = (net: tf.LayersModel): number[][] => net.getWeights().map((weight) => [...weight.dataSync()]);

/** The losses of all steps. */
function stepLosses(): { losses: number[]; callback: Callback } {
  const losses: number[] = [];
  return { losses, callback: { name: "losses", afterStep: (_step, logs) => void losses.push(logs.loss) } };
}

describe("a random training run", () => {
  let folder = "";
  before(async () => {
    await useBackend({ backend: "wasm" });
    folder = await mkdtemp(join(tmpdir(), "cellgrad-exact-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (let seed = 0; seed < 12; seed++)
    it(`${seed} has the same losses compiled and eager, with dropout`, async () => {
      const { model, options } = randomRun(seed);
      const runs: number[][] = [];
      for (const mode of ["eager", "compiled"] as const) {
        const net = model();
        const { losses, callback } = stepLosses();
        await train(net, { ...options(), epochs: 3, mode, callbacks: [callback] });
        runs.push(losses);
        net.dispose();
      }
      const [eager = [], compiled = []] = runs;
      assert.ok(eager.length > 8);
      assert.equal(compiled.length, eager.length);
      for (const [i, loss] of compiled.entries()) {
        const expected = eager[i] ?? Number.NaN;
        assert.ok(Math.abs(loss - expected) <= 1e-4 * Math.max(1, expected), `step ${i}: ${loss}, eager ${expected}`);
      }
    });

  for (let seed = 20; seed < 32; seed++)
    it(`${seed} is the same when it is resumed`, async () => {
      const { model, options } = randomRun(seed);
      const directory = join(folder, String(seed));
      const at = 1 + (seed % 3);
      const whole = model();
      const { losses, callback } = stepLosses();
      const save: Callback = {
        name: "save",
        afterEpoch: async (epoch, _logs, view) => {
          if (epoch === at) await writeCheckpoint(directory, view.checkpoint());
        },
      };
      // Half of them name no seed: it is the checkpoint's then.
      const seeded = (given: FitOptions): FitOptions => {
        const { seed: _, ...rest } = given;
        return seed % 2 === 0 ? given : rest;
      };
      const expected = await train(whole, { ...seeded(options()), callbacks: [callback, save] });
      const again = model(seed + 1);
      const rest = stepLosses();
      const { train: data, validation, epochs, ...others } = seeded(options());
      // A third of them say nothing of optimizer, schedule and the like: they are the checkpoint's too.
      const named = seed % 3 === 0 ? {} : others;
      const history = await train(again, {
        train: data,
        ...(validation ? { validation } : {}),
        epochs,
        ...named,
        resume: directory,
        callbacks: [rest.callback],
      });
      assert.ok(rest.losses.length > 0);
      assert.deepEqual(rest.losses, losses.slice(-rest.losses.length));
      for (const name of ["loss", "accuracy", "learningRate", "valLoss", "valAccuracy"])
        assert.deepEqual(history.column(name), expected.column(name), name);
      assert.equal(history.epochs.length, 4);
      assert.deepEqual(weightsOf(again), weightsOf(whole));
      whole.dispose();
      again.dispose();
    });
});

describe("what a checkpoint says of its run", () => {
  let folder = "";
  before(async () => {
    await useBackend({ backend: "wasm" });
    folder = await mkdtemp(join(tmpdir(), "cellgrad-settings-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const data = () => squares(20, { shuffle: true });

  it("holds schedules of schedules and clipped optimizers", async () => {
    const directory = join(folder, "nested");
    const options = (): FitOptions => ({
      train: data(),
      epochs: 4,
      loss: "crossEntropy",
      metrics: ["accuracy", "f1Score"],
      optimizer: clipByValue(sgd({ learningRate: 0.5, momentum: 0.9 }), 0.05),
      schedule: sequential([warmup({ epochs: 2 }), chain([exponentialLR({ gamma: 0.5 }), constant({ factor: 0.5 })])], {
        milestones: [2],
      }),
      seed: 3,
    });
    const whole = await train(smallNet(), options());
    await train(smallNet(), { ...options(), epochs: 1, callbacks: [checkpoint(directory)] });
    const history = await train(smallNet({ seed: 9 }), { train: data(), epochs: 4, resume: directory });
    for (const name of ["loss", "learningRate", "f1Score"])
      assert.deepEqual(history.column(name), whole.column(name), name);
  });

  it("asks for what no file can hold", async () => {
    const directory = join(folder, "own");
    const own = {
      schedule: Object.assign(() => 0.1, { by: "epoch" as const }),
      loss: (yTrue: tf.Tensor, yPred: tf.Tensor) => crossEntropy(yTrue, yPred),
    };
    await train(smallNet(), { train: data(), epochs: 1, ...own, callbacks: [checkpoint(directory)] });
    const options = { train: data(), epochs: 2, resume: directory };
    const net = smallNet();
    await assert.rejects(
      train(net, { ...options, loss: own.loss }),
      /invalid schedule; expected the one that .*own was trained with, which no checkpoint can hold: none/,
    );
    await assert.rejects(train(net, { ...options, schedule: own.schedule }), /invalid loss; expected the one that/);
    const history = await train(net, { ...options, ...own });
    assert.deepEqual(history.column("learningRate"), [0.1, 0.1]);
  });
});

describe("fit with accumulated gradients", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const mode of ["eager", "compiled"] as const)
    it(`trains as with batches that are larger (${mode})`, async () => {
      // 53 samples: the last group of each epoch is one full and one partial batch, or a partial one alone.
      const runs: { losses: number[]; weights: number[][] }[] = [];
      for (const [batchSize, accumulateGradBatches] of [
        [24, 1],
        [8, 3],
      ] as const) {
        const net = smallNet({ dropout: 0, batchNorm: false });
        const history = await train(net, {
          train: squares(53, { batchSize, shuffle: true }),
          epochs: 4,
          optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
          schedule: Object.assign((step: number, rate = 1) => rate / (1 + step), { by: "step" as const }),
          accumulateGradBatches,
          mode,
        });
        assert.equal(history.engine.split(":")[0], mode);
        runs.push({ losses: history.column("learningRate"), weights: weightsOf(net) });
        net.dispose();
      }
      const [large, small] = runs;
      assert.deepEqual(small?.losses, large?.losses);
      for (const [i, weights] of (small?.weights ?? []).entries())
        for (const [j, value] of weights.entries()) {
          const expected = large?.weights[i]?.[j] ?? Number.NaN;
          assert.ok(Math.abs(value - expected) < 1e-5, `weight ${i}[${j}]: ${value}, large batches ${expected}`);
        }
    });

  it("a callback's stop in the middle of a group makes the update, and leaves no tensor", async () => {
    const net = smallNet({ dropout: 0 });
    const before = { weights: weightsOf(net), tensors: tf.memory().numTensors };
    const history = await train(net, {
      train: squares(53, { batchSize: 8 }),
      epochs: 4,
      accumulateGradBatches: 5,
      callbacks: [{ name: "stop", afterStep: (step) => (step === 2 ? "stop" : undefined) }],
    });
    assert.equal(history.stopped, "stopped by stop");
    assert.equal(tf.memory().numTensors, before.tensors);
    assert.notDeepEqual(weightsOf(net)[0], before.weights[0]);
    net.dispose();
  });

  it("needs a whole number", async () => {
    const net = smallNet();
    const before = tf.memory().numTensors;
    await assert.rejects(
      train(net, { train: squares(9), epochs: 1, accumulateGradBatches: 0 }),
      /invalid accumulateGradBatches; expected a whole number, at least 1: 0/,
    );
    assert.equal(tf.memory().numTensors, before);
    net.dispose();
  });
});

describe("fit's threads", () => {
  before(() => useBackend({ backend: "wasm" }));

  it("are checked before anything is trained", async () => {
    const net = smallNet();
    await assert.rejects(
      train(net, { train: squares(9), epochs: 1, threads: 0 }),
      /invalid threads; expected a whole number from 1 to 256: 0/,
    );
    const history = await train(net, { train: squares(9), epochs: 1, mode: "compiled", threads: 2 });
    assert.match(history.engine, /^compiled/);
    net.dispose();
  });
});
