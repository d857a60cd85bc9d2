// Training end to end on a small problem: it learns, repeats, resumes, stops, and leaks nothing.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { checkpoint, csvLog, earlyStopping, progress } from "../../../lib/callbacks/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { mlp } from "../../../lib/models/index.js";
import { adam, sgd } from "../../../lib/optimizers/index.js";
import { cosine, reduceOnPlateau, stepLR } from "../../../lib/schedules/index.js";
import type { Callback } from "../../../lib/training/callback.js";
import { evaluate } from "../../../lib/training/evaluate.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import { predict } from "../../../lib/training/predict.js";
import { closeNotebook, openNotebook } from "../made-up-notebook.js";
import { blobs } from "./blobs.js";

const data = () => blobs({ samples: 90, batchSize: 16 });
const model = (seed = 3, dropout = 0) => mlp({ inputShape: [4], hidden: [16], classes: 3, seed, dropout });
const losses = async (net: tf.LayersModel, options: Partial<FitOptions> = {}) =>
  (await train(net, { train: data(), epochs: 3, optimizer: adam({ learningRate: 0.02 }), seed: 5, ...options })).column(
    "loss",
  );

describe("fit", () => {
  let folder = "";
  before(async () => {
    await ready();
    folder = await mkdtemp(join(tmpdir(), "cellgrad-fit-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("learns, and says so epoch by epoch", async () => {
    const net = model();
    const history = await train(net, {
      train: data(),
      validation: data(),
      epochs: 8,
      optimizer: adam({ learningRate: 0.02 }),
    });
    const last = history.epochs.at(-1);
    assert.equal(history.engine, "compiled");
    assert.deepEqual(Object.keys(last ?? {}).sort(), [
      "accuracy",
      "epoch",
      "imagesPerSecond",
      "learningRate",
      "loss",
      "seconds",
      "valAccuracy",
      "valLoss",
    ]);
    assert.equal(last?.valAccuracy, 1);
    assert.ok((last?.loss ?? 9) < (history.epochs[0]?.loss ?? 0) / 4);
    const evaluation = await evaluate(net, data());
    assert.equal(evaluation.accuracy, 1);
    assert.equal(evaluation.yTrue.length, 90);
    assert.deepEqual(
      evaluation.confusionMatrix.map((row) => row.reduce((a, b) => a + b)),
      [30, 30, 30],
    );
    net.dispose();
  });

  it("repeats with a seed, also with dropout, and differs without the same one", async () => {
    const runs: number[][] = [];
    for (const seed of [5, 5, 6]) {
      const net = model(3, 0.4);
      runs.push(await losses(net, { seed }));
      net.dispose();
    }
    assert.deepEqual(runs[0], runs[1]);
    assert.notDeepEqual(runs[0], runs[2]);
  });

  it("compiled and eager steps give the same losses", async () => {
    const [one, other] = [model(), model()];
    const compiled = await losses(one, { mode: "compiled" });
    const eager = await losses(other, { mode: "eager" });
    compiled.forEach((loss, i) => {
      assert.ok(Math.abs(loss - (eager[i] ?? Number.NaN)) < 1e-4);
    });
    one.dispose();
    other.dispose();
  });

  for (const [name, schedule] of [
    ["no schedule", undefined],
    ["stepLR", stepLR({ stepSize: 2, gamma: 0.5 })],
    ["cosine", cosine({ steps: 36 })],
    ["reduceOnPlateau", reduceOnPlateau({ monitor: "loss", patience: 0, threshold: 10 })],
  ] as const) {
    it(`resumes to the same losses (${name}, momentum)`, async () => {
      const options = {
        ...(schedule ? { schedule } : {}),
        optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
      };
      const whole = model();
      const expected = await losses(whole, { ...options, epochs: 6 });
      const directory = join(folder, name);
      const first = model();
      await losses(first, { ...options, epochs: 3, callbacks: [checkpoint(directory)] });
      const second = model(99);
      const history = await train(second, { train: data(), epochs: 6, seed: 5, ...options, resume: directory });
      assert.equal(history.epochs.length, 6);
      history.column("loss").forEach((loss, i) => {
        assert.ok(Math.abs(loss - (expected[i] ?? Number.NaN)) < 1e-5, `epoch ${i + 1}: ${loss} for ${expected[i]}`);
      });
      for (const net of [whole, first, second]) net.dispose();
      assert.deepEqual((await readdir(directory)).sort(), ["checkpoint.json", "weights-3.bin"]);
    });
  }

  it("tells the metrics of the epoch so far after each step", async () => {
    const net = model();
    const seen: { epoch: number; metrics: Readonly<Record<string, number>> }[] = [];
    const history = await train(net, {
      train: data(),
      epochs: 2,
      metrics: ["accuracy", "f1Score"],
      callbacks: [{ name: "look", afterStep: (_, { epoch, metrics }) => void seen.push({ epoch, metrics }) }],
    });
    for (const { epoch, accuracy, f1Score } of history.epochs) {
      const own = seen.filter((one) => one.epoch === epoch);
      assert.deepEqual(own.at(-1)?.metrics, { accuracy, f1Score });
      assert.notDeepEqual(own[0]?.metrics, own.at(-1)?.metrics);
    }
    net.dispose();
  });

  it("early stopping gives back the best epoch's weights", async () => {
    const net = model();
    const seen: number[][] = [];
    const history = await train(net, {
      train: data(),
      epochs: 20,
      // A log that is known beforehand: it falls once, then rises.
      schedule: Object.assign((epoch: number) => [0.05, 0.04][epoch] ?? 0.06, { by: "epoch" as const }),
      callbacks: [
        { name: "watch", afterEpoch: () => void seen.push([...(net.getWeights()[0]?.dataSync() ?? [])]) },
        earlyStopping({ monitor: "learningRate", mode: "min", patience: 1 }),
      ],
    });
    const best = 1;
    assert.equal(history.epochs.length, 3);
    assert.match(history.stopped ?? "", /earlyStopping: learningRate was best in epoch 2/);
    assert.deepEqual([...(net.getWeights()[0]?.dataSync() ?? [])], seen[best]);
    net.dispose();
  });

  it("a loss that is no longer finite stops with the layer's name, and leaks nothing", async () => {
    const net = model();
    const before = tf.memory().numTensors;
    await assert.rejects(
      train(net, { train: data(), epochs: 50, optimizer: sgd({ learningRate: 1e30 }) }),
      /the loss became (NaN|Infinity) at step \d+ \(epoch \d+\): (weights|outputs) of layer ".+" are not finite\. Lower the learning rate \(now 1e\+30\)/,
    );
    assert.equal(tf.memory().numTensors, before);
    net.dispose();
  });

  it("leaves no tensor behind, and stops at the signal with its state kept", async () => {
    const net = model();
    await losses(net);
    const before = tf.memory().numTensors;
    await losses(net);
    assert.equal(tf.memory().numTensors, before);
    const controller = new AbortController();
    const key = Symbol.for("Jupyter.abortSignal");
    Object.defineProperty(globalThis, key, { configurable: true, get: () => controller.signal });
    try {
      const weight = net.getWeights()[0];
      const start = [...(weight?.dataSync() ?? [])];
      const stop = {
        name: "stop",
        afterStep: (step: number) => void (step === 4 && controller.abort(new Error("stopped"))),
      };
      await assert.rejects(losses(net, { callbacks: [stop] }), /stopped/);
      assert.notDeepEqual([...(net.getWeights()[0]?.dataSync() ?? [])], start);
      assert.equal(tf.memory().numTensors, before);
    } finally {
      Reflect.deleteProperty(globalThis, key);
      net.dispose();
    }
  });

  it("writes a CSV line an epoch and a line of progress", async () => {
    const net = model();
    const path = join(folder, "logs", "a.csv");
    const parts: string[] = [];
    await losses(net, { callbacks: [csvLog(path), progress({ write: (part) => void parts.push(part), interval: 0 })] });
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    assert.equal(lines.length, 4);
    assert.match(lines[0] ?? "", /^epoch,loss,accuracy,/);
    const text = parts.join("");
    assert.match(text, /\repoch 1\/3 17 % {2}loss \d.*images\/s.*left/);
    assert.match(text, /epoch 3\/3 {2}loss \d.*accuracy.*\n$/);
    net.dispose();
  });

  it("shows its progress as one bar in a notebook, with how it ended", async () => {
    const { displays } = openNotebook();
    const net = model();
    try {
      const stop: Callback = { name: "stop", afterEpoch: (epoch) => (epoch === 2 ? "stop" : undefined) };
      await losses(net, { epochs: 4, callbacks: [progress(), stop] });
      assert.equal(displays.length, 1);
      const texts = (displays[0] ?? []).map((bundle) => bundle["text/plain"]);
      assert.match(texts[0] ?? "", /^Training: 0 %, the first step is being prepared\n/);
      assert.match(
        texts.at(-1) ?? "",
        /^Training: 50 %, 2 epochs in [\d.]+ s, stopped by stop\n█{10}░{10}\nepoch 2: loss \d.*, accuracy \d/,
      );
    } finally {
      closeNotebook();
      net.dispose();
    }
  });

  it("predicts in batches what it predicts at once", async () => {
    const net = model();
    const xs = tf.randomUniform([37, 4], -1, 1, "float32", 3);
    const [all, parts] = [await predict(net, xs), await predict(net, xs, { batchSize: 5 })];
    assert.deepEqual(parts.shape, [37, 3]);
    const far = tf.tidy(() => all.sub(parts).abs().max().dataSync()[0] ?? 1);
    assert.ok(far < 1e-6);
    tf.dispose([xs, all, parts]);
    net.dispose();
  });

  it("says what is wrong", async () => {
    const net = model();
    const batches = data();
    await assert.rejects(
      train(net, { train: batches, epochs: 0 }),
      /invalid epochs; expected a whole number, at least 1: 0/,
    );
    await assert.rejects(train(net, { train: 3 as never, epochs: 1 }), /invalid train; expected a loader/);
    await assert.rejects(train(net, { train: [], epochs: 1 }), /invalid train; expected at least one batch/);
    await assert.rejects(train(net, { train: batches, epochs: 1, loss: "hinge" as never }), /invalid loss/);
    await assert.rejects(
      train(net, { train: batches, epochs: 1, metrics: ["speed" as never] }),
      /invalid metrics; expected some of accuracy/,
    );
    await assert.rejects(
      train(net, { train: batches, epochs: 1, resume: join(folder, "nothing") }),
      /invalid resume; expected a folder with a checkpoint/,
    );
    await assert.rejects(
      train(net, { train: batches, epochs: 1, callbacks: [earlyStopping()] }),
      /invalid monitor; expected one of epoch, loss/,
    );
    await assert.rejects(evaluate(net, []), /invalid batches; expected at least one sample: "none"/);
    net.dispose();
  });
});
