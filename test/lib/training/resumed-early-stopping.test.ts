// Early stopping over an interruption: wherever the checkpoint was written, the resumed run ends in the same epoch and with the same
// weights as the uninterrupted one.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { checkpoint, csvLog, earlyStopping } from "../../../lib/callbacks/index.js";
import { useBackend } from "../../../lib/engine/backend.js";
import { adam } from "../../../lib/optimizers/index.js";
import type { Callback } from "../../../lib/training/callback.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import { History } from "../../../lib/training/history.js";
import { smallNet, squares } from "./image-problem.js";

const valuesOf = (net: tf.LayersModel): number[][] => net.getWeights().map((weight) => [...weight.dataSync()]);
/** Best in the second epoch; judged as a log that is known beforehand. */
const rates = [0.05, 0.04, 0.06, 0.06, 0.06, 0.06];

function options(callbacks: readonly Callback[]): FitOptions {
  return {
    train: squares(60, { batchSize: 16, shuffle: true }),
    epochs: rates.length,
    optimizer: adam({ learningRate: 0.01 }),
    schedule: Object.assign((epoch: number) => rates[epoch] ?? 0, { by: "epoch" as const }),
    seed: 2,
    callbacks,
  };
}

const stopping = (patience = 3) => earlyStopping({ monitor: "learningRate", mode: "min", patience });

describe("early stopping in a resumed run", () => {
  let folder = "";
  let expected = new History([], "");
  let best: number[][] = [];
  before(async () => {
    await useBackend({ backend: "wasm" });
    folder = await mkdtemp(join(tmpdir(), "cellgrad-early-"));
    const whole = smallNet();
    expected = await train(whole, options([stopping()]));
    assert.equal(expected.epochs.length, 5);
    best = valuesOf(whole);
    whole.dispose();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const order of ["before", "after"] as const)
    for (let interrupted = 1; interrupted <= 4; interrupted++)
      it(`ends as if it had not been interrupted after epoch ${interrupted}; it stands ${order} the checkpoint`, async () => {
        const directory = join(folder, `${order}-${interrupted}`);
        const callbacks = (): Callback[] => {
          const both = [stopping(), checkpoint(directory)];
          return order === "before" ? both : both.reverse();
        };
        const part = smallNet();
        await train(part, { ...options(callbacks()), epochs: interrupted });
        const again = smallNet({ seed: 9 });
        const before = tf.memory().numTensors;
        const history = await train(again, { ...options(callbacks()), resume: directory });
        assert.equal(tf.memory().numTensors, before);
        assert.deepEqual(history.column("loss"), expected.column("loss"));
        assert.equal(history.stopped, expected.stopped);
        assert.deepEqual(valuesOf(again), best);
        for (const net of [part, again]) net.dispose();
      });

  it("trains no epoch more when the run had stopped, and more with more patience", async () => {
    const directory = join(folder, "stopped");
    const net = smallNet();
    await train(net, options([stopping(), checkpoint(directory)]));
    const again = smallNet({ seed: 9 });
    const history = await train(again, { ...options([stopping()]), resume: directory });
    assert.equal(history.epochs.length, 5);
    assert.match(history.stopped ?? "", /best in epoch 2/);
    assert.deepEqual(valuesOf(again), best);
    const longer = await train(again, { ...options([stopping(9)]), resume: directory });
    assert.equal(longer.epochs.length, 6);
    assert.deepEqual(valuesOf(again), best);
    net.dispose();
    again.dispose();
  });

  it("begins with the checkpoint's last epoch where the first run had no early stopping", async () => {
    const directory = join(folder, "without");
    const net = smallNet();
    await train(net, { ...options([checkpoint(directory)]), epochs: 3 });
    const third = valuesOf(net);
    const history = await train(net, { ...options([stopping(1)]), resume: directory });
    // The second epoch was better, but its weights are nowhere.
    assert.equal(history.epochs.length, 4);
    assert.match(history.stopped ?? "", /best in epoch 3/);
    assert.deepEqual(valuesOf(net), third);
    net.dispose();
  });

  it("keeps apart two of them", async () => {
    const directory = join(folder, "two");
    const callbacks = (): Callback[] => [
      earlyStopping({ monitor: "epoch", mode: "max", patience: 9 }),
      stopping(2),
      checkpoint(directory),
    ];
    const whole = smallNet();
    const { stopped } = await train(whole, options(callbacks()));
    const net = smallNet();
    await train(net, { ...options(callbacks()), epochs: 3 });
    const again = smallNet({ seed: 9 });
    const history = await train(again, { ...options(callbacks()), resume: directory });
    assert.equal(history.stopped, stopped);
    assert.deepEqual(valuesOf(again), valuesOf(whole));
    for (const it of [whole, net, again]) it.dispose();
  });

  it("has the log of all epochs", async () => {
    const directory = join(folder, "log");
    const callbacks = (): Callback[] => [stopping(2), checkpoint(directory), csvLog(join(folder, "log.csv"))];
    const net = smallNet();
    await train(net, { ...options(callbacks()), epochs: 2 });
    await train(net, { ...options(callbacks()), resume: directory });
    const lines = (await readFile(join(folder, "log.csv"), "utf8")).trim().split("\n");
    assert.deepEqual(
      lines.map((line) => line.split(",")[0]),
      ["epoch", "1", "2", "3", "4"],
    );
    net.dispose();
  });
});
