// Whatever ends training before its time, nothing is lost and nothing stays: Stop in an epoch, errors in callbacks and loaders, losses
// that are no longer finite, early stopping.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { checkpoint, earlyStopping } from "../../../lib/callbacks/index.js";
import { useBackend } from "../../../lib/engine/backend.js";
import { adam, sgd } from "../../../lib/optimizers/index.js";
import type { Batch } from "../../../lib/training/batches.js";
import type { Callback } from "../../../lib/training/callback.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import type { History } from "../../../lib/training/history.js";
import { turns } from "../../../lib/training/turns.js";
import { side, smallNet, squares } from "./image-problem.js";
import { countingSessions } from "./open-sessions.js";

const weightsOf = (net: tf.LayersModel): number[][] => net.getWeights().map((weight) => [...weight.dataSync()]);
const key = Symbol.for("Jupyter.abortSignal");
const modes = ["auto", "eager"] as const;

/** Runs fit to its error, and checks that no tensor and no session stays. */
async function failing(net: tf.LayersModel, options: FitOptions, pattern: RegExp): Promise<void> {
  const before = tf.memory().numTensors;
  await countingSessions(async (count) => {
    await assert.rejects(train(net, options), pattern);
    assert.equal(count.open, 0);
  });
  assert.equal(tf.memory().numTensors, before);
}

describe("training that ends early", () => {
  let folder = "";
  before(async () => {
    await useBackend({ backend: "wasm" });
    folder = await mkdtemp(join(tmpdir(), "cellgrad-stop-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const options = (mode: "auto" | "eager"): FitOptions => ({
    train: squares(100, { batchSize: 8, shuffle: true, workers: mode === "auto" ? 1 : 0 }),
    validation: squares(20),
    epochs: 5,
    optimizer: adam({ learningRate: 0.01 }),
    seed: 2,
    mode,
  });

  for (const mode of modes)
    it(`Stop ends training whose callback waits for what never comes, as a timer that Stop cleared (${mode})`, async () => {
      const net = smallNet();
      const controller = new AbortController();
      Object.defineProperty(globalThis, key, { configurable: true, get: () => controller.signal });
      let steps = -1;
      const waits: Callback = {
        name: "waits",
        afterStep: (step) => {
          if (step !== 5) return undefined;
          setTimeout(() => controller.abort(new Error("stopped")), 20);
          return new Promise(() => undefined);
        },
        interrupted: (view) => {
          steps = view.checkpoint().partial?.batches ?? -1;
        },
      };
      const { train: loader, ...rest } = options(mode);
      try {
        await failing(net, { ...rest, train: loader, callbacks: [waits] }, /stopped/);
      } finally {
        Reflect.deleteProperty(globalThis, key);
      }
      assert.equal(steps, 5);
      if ("close" in loader) await (loader as ReturnType<typeof squares>).close();
      net.dispose();
    });

  it("Stop ends what waits for its turn of the event loop, which Stop clears", async () => {
    const controller = new AbortController();
    Object.defineProperty(globalThis, key, { configurable: true, get: () => controller.signal });
    const own = globalThis.setImmediate;
    try {
      const turn = turns();
      const begun = performance.now();
      while (performance.now() < begun + 25);
      globalThis.setImmediate = (() => undefined) as unknown as typeof setImmediate;
      const waiting = turn();
      globalThis.setImmediate = own;
      controller.abort(new Error("stopped"));
      await assert.rejects(waiting, /stopped/);
    } finally {
      globalThis.setImmediate = own;
      Reflect.deleteProperty(globalThis, key);
    }
  });

  for (const mode of modes)
    it(`Stop in the middle of an epoch leaves the last step's weights in the model (${mode})`, async () => {
      // Step 18 is in the second epoch; what the callback sees there is what must be left.
      const reference = smallNet();
      let expected: number[][] = [];
      const look: Callback = {
        name: "look",
        afterStep: (step) => {
          if (step === 18) expected = weightsOf(reference);
          return step === 18 ? "stop" : undefined;
        },
      };
      await train(reference, { ...options(mode), callbacks: [look] });
      const net = smallNet();
      const controller = new AbortController();
      Object.defineProperty(globalThis, key, { configurable: true, get: () => controller.signal });
      const ends: History[] = [];
      const stop: Callback = {
        name: "stop",
        afterStep: (step) => void (step === 18 && controller.abort(new Error("stopped"))),
        end: (history) => void ends.push(history),
      };
      const { train: loader, ...rest } = options(mode);
      try {
        await failing(net, { ...rest, train: loader, callbacks: [stop, earlyStopping({ patience: 9 })] }, /stopped/);
      } finally {
        Reflect.deleteProperty(globalThis, key);
      }
      assert.ok(expected.length > 0);
      assert.deepEqual(weightsOf(net), expected);
      assert.deepEqual(
        ends.map(({ epochs, stopped }) => [epochs.length, stopped]),
        [[1, "stopped"]],
      );
      // The loader goes on: another run reads it.
      await train(net, { train: loader, epochs: 1 });
      if ("close" in loader) await (loader as ReturnType<typeof squares>).close();
      net.dispose();
      reference.dispose();
    });

  it("a program whose training was stopped ends, and its loader's threads with it", async () => {
    const script = fileURLToPath(new URL("./stopped-run.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 60_000 });
    assert.equal(stdout, "stopped");
  });

  const parts: Record<string, (fail: () => never) => Callback> = {
    begin: (fail) => ({ name: "bad", begin: fail }),
    afterStep: (fail) => ({ name: "bad", afterStep: (step) => (step === 15 ? fail() : undefined) }),
    afterEpoch: (fail) => ({ name: "bad", afterEpoch: (epoch) => (epoch === 2 ? fail() : undefined) }),
    end: (fail) => ({ name: "bad", end: fail }),
  };
  for (const [part, make] of Object.entries(parts))
    it(`an error in a callback's ${part} is the one that is seen, and all callbacks are told the end`, async () => {
      const net = smallNet();
      const told: (string | undefined)[] = [];
      const other: Callback = { name: "other", end: ({ stopped }) => void told.push(stopped) };
      const broken = make(() => {
        throw new Error("broken on purpose");
      });
      const stopping = earlyStopping({ patience: 9 });
      await failing(
        net,
        { ...options("auto"), epochs: 2, callbacks: [other, stopping, broken] },
        /^Error: broken on purpose$/,
      );
      assert.equal(told.length, 1);
      assert.equal(told[0], part === "end" ? undefined : "broken on purpose");
      assert.ok(weightsOf(net).flat().every(Number.isFinite));
      net.dispose();
    });

  it("an error in the loader loses no step", async () => {
    const net = smallNet();
    const source = squares(40, { batchSize: 8 });
    let seen: number[][] = [];
    const breaking = {
      length: 5,
      async *epoch(n: number) {
        let i = 0;
        for await (const batch of source.epoch(n)) {
          if (i++ === 4) {
            tf.dispose([batch.xs, batch.ys]);
            throw new Error("the disk is gone");
          }
          yield batch;
        }
      },
    };
    const look: Callback = {
      name: "look",
      afterStep: () => {
        seen = weightsOf(net);
      },
    };
    await failing(net, { train: breaking, epochs: 1, callbacks: [look] }, /the disk is gone/);
    assert.deepEqual(weightsOf(net), seen);
    net.dispose();
  });

  for (const mode of modes)
    it(`a loss that is not finite names the layer, and the weights are those before it (${mode})`, async () => {
      const net = tf.sequential({
        layers: [
          tf.layers.flatten({ inputShape: [side, side, 1] }),
          tf.layers.dense({ units: 4, activation: "relu", name: "fine" }),
          tf.layers.batchNormalization({ name: "norm" }),
          tf.layers.dense({ units: 4, name: "overflowing" }),
          tf.layers.dense({ units: 3, name: "last" }),
        ],
      });
      let before: number[][] = [];
      const spoil: Callback = {
        name: "spoil",
        afterStep: (step) => {
          if (step !== 5) return;
          tf.tidy(() => net.getLayer("overflowing").setWeights([tf.fill([4, 4], 3e38), tf.fill([4], 3e38)]));
          before = weightsOf(net);
        },
      };
      await failing(
        net,
        { ...options(mode), callbacks: [spoil] },
        /^Error: the loss became (NaN|-?Infinity) at step 6 \(epoch 1\): outputs of layer "overflowing" are not finite\. Lower/,
      );
      assert.deepEqual(weightsOf(net), before);
      net.dispose();
    });

  it("inputs that are not finite are said to be so, also at the first step", async () => {
    const net = smallNet();
    const batch: Batch = { xs: tf.fill([4, side, side, 1], Number.NaN), ys: tf.zeros([4], "int32") };
    const before = weightsOf(net);
    await failing(
      net,
      { train: [batch], epochs: 1 },
      /the loss became NaN at step 1 \(epoch 1\): the batch's inputs are not finite/,
    );
    assert.deepEqual(weightsOf(net), before);
    tf.dispose([batch.xs, batch.ys]);
    net.dispose();
  });

  it("early stopping gives back the best weights and leaves no copy", async () => {
    const net = smallNet();
    const before = tf.memory().numTensors;
    const history = await train(net, {
      ...options("auto"),
      epochs: 9,
      optimizer: sgd({ learningRate: 1 }),
      callbacks: [earlyStopping({ monitor: "epoch", mode: "min", patience: 1 })],
    });
    assert.equal(history.epochs.length, 2);
    assert.equal(tf.memory().numTensors, before);
    net.dispose();
  });

  it("a resume that fails leaves no tensor", async () => {
    const directory = join(folder, "other");
    await train(smallNet(), { ...options("auto"), epochs: 1, callbacks: [checkpoint(directory)] });
    const net = smallNet();
    const before = weightsOf(net);
    await failing(
      net,
      { ...options("auto"), optimizer: sgd({ momentum: 0.9 }), resume: directory },
      /invalid state; expected \d+ tensors in slot velocity: none/,
    );
    assert.deepEqual(weightsOf(net), before);
    net.dispose();
  });
});
