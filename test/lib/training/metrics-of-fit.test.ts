// The metrics that fit computes beside the loss: by name or as running metrics, they are what the functions of ml.metrics give for all of
// the epoch's samples.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { checkpoint } from "../../../lib/callbacks/index.js";
import { fromArrays, loader } from "../../../lib/data/index.js";
import { useBackend } from "../../../lib/engine/backend.js";
import * as metrics from "../../../lib/metrics/index.js";
import { adam } from "../../../lib/optimizers/index.js";
import { evaluate } from "../../../lib/training/evaluate.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import type { MetricChoice } from "../../../lib/training/metric-choice.js";
import { compose, mixup, toTensor } from "../../../lib/transforms/index.js";
import { smallNet, squares } from "./image-problem.js";

const { streaming } = metrics;

const options = (chosen: readonly MetricChoice[], more: Partial<FitOptions> = {}): FitOptions => ({
  train: squares(40, { shuffle: true }),
  validation: squares(30, { batchSize: 7 }),
  epochs: 2,
  optimizer: adam({ learningRate: 0.01 }),
  seed: 2,
  metrics: chosen,
  ...more,
});

const close = (actual: number | undefined, expected: number, what: string) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-6, `${what}: ${actual} for ${expected}`);

describe("metrics of fit", () => {
  let folder = "";
  before(async () => {
    await useBackend({ backend: "wasm" });
    folder = await mkdtemp(join(tmpdir(), "cellgrad-metrics-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("by name and with options are those of ml.metrics over all samples", async () => {
    const net = smallNet();
    const history = await train(
      net,
      options([
        ...(["accuracy", "rocAuc", "averagePrecision", "brierScore", "expectedCalibrationError", "logLoss"] as const),
        streaming.fBeta({ beta: 2, average: "macro" }),
        streaming.fBeta({ beta: 0.5, average: "weighted" }).named("f05"),
        streaming.topKAccuracy({ k: 2, labels: Int32Array.of(0, 1, 2) }).named("top2"),
      ]),
    );
    // The model as it was at the last epoch's end.
    const { yTrue, yPred, probabilities } = await evaluate(net, squares(30, { batchSize: 7 }));
    const last = history.epochs.at(-1) ?? {};
    const expected = {
      valAccuracy: metrics.accuracy(yTrue, yPred),
      valRocAuc: metrics.rocAuc(yTrue, probabilities, { multiClass: "ovr" }),
      valAveragePrecision: metrics.averagePrecision(yTrue, probabilities),
      valBrierScore: metrics.brierScore(yTrue, probabilities),
      valExpectedCalibrationError: metrics.expectedCalibrationError(yTrue, probabilities),
      valLogLoss: metrics.logLoss(yTrue, probabilities),
      valFBeta: metrics.fBeta(yTrue, yPred, { beta: 2, average: "macro" }),
      valF05: metrics.fBeta(yTrue, yPred, { beta: 0.5, average: "weighted" }),
      valTop2: metrics.topKAccuracy(yTrue, probabilities, { k: 2 }),
    };
    for (const [name, value] of Object.entries(expected)) close((last as Record<string, number>)[name], value, name);
    for (const name of ["rocAuc", "fBeta", "f05", "top2"]) assert.ok(history.column(name).every(Number.isFinite), name);
    net.dispose();
  });

  it("leave the given object as it is, and may be used in several runs", async () => {
    const running = streaming.accuracy().named("hits");
    running.update([0, 1], [0, 1]);
    const chosen = options([running]);
    const runs = [await train(smallNet(), chosen), await train(smallNet(), chosen)];
    assert.deepEqual(runs[0]?.column("hits"), runs[1]?.column("hits"));
    assert.equal(running.compute(), 1);
    assert.ok((runs[0]?.column("hits")[0] ?? 1) < 1);
  });

  it("may be somebody's own", async () => {
    const count = new metrics.StreamingMetric<readonly number[], readonly number[], number>(
      {
        prediction: "labels",
        initial: 0,
        update: (state, yTrue) => Number(state) + yTrue.length,
        compute: (state) => Number(state),
      },
      "samples",
    );
    const history = await train(smallNet(), options([count]));
    assert.deepEqual(history.column("samples"), [40, 40]);
    assert.deepEqual(history.column("valSamples"), [30, 30]);
  });

  it("are in the checkpoint with their options, unless they are somebody's own", async () => {
    const directory = join(folder, "named");
    const chosen: MetricChoice[] = ["accuracy", streaming.fBeta({ beta: 2, average: "macro" }).named("f2")];
    const expected = await train(smallNet(), options(chosen));
    await train(smallNet(), options(chosen, { epochs: 1, callbacks: [checkpoint(directory)] }));
    const { train: batches, validation = [] } = options(chosen);
    const history = await train(smallNet(), { train: batches, validation, epochs: 2, resume: directory });
    for (const name of ["loss", "f2", "valF2", "accuracy"])
      assert.deepEqual(history.column(name), expected.column(name), name);
    const own = new metrics.StreamingMetric(streaming.accuracy().metric, "own");
    await train(smallNet(), options([own], { epochs: 1, callbacks: [checkpoint(directory)] }));
    await assert.rejects(
      train(smallNet(), { train: batches, epochs: 2, resume: directory }),
      /invalid metrics; expected the one that .*named was trained with, which no checkpoint can hold: none/,
    );
  });

  it("take mixed labels as their likeliest class", async () => {
    const images = Array.from({ length: 24 * 64 }, (_, i) => (i * 37) % 256);
    const dataset = fromArrays({
      images: Uint8Array.from(images),
      labels: Int32Array.from({ length: 24 }, (_, i) => i % 3),
      shape: [8, 8, 1],
    });
    const batches = loader(dataset, { batchSize: 6, seed: 1, transform: compose([toTensor(), mixup({ alpha: 0.2 })]) });
    const history = await train(smallNet(), { train: batches, epochs: 2, metrics: ["accuracy", "rocAuc"] });
    for (const name of ["accuracy", "rocAuc"])
      assert.ok(
        history.column(name).every((it) => it >= 0 && it <= 1),
        name,
      );
  });

  it("compare all outputs of a regression", async () => {
    const xs = tf.randomUniform([20, 8, 8, 1], 0, 1, "float32", 5);
    const ys = tf.randomUniform([20, 3], -1, 1, "float32", 6);
    const net = smallNet({ dropout: 0 });
    const history = await train(net, {
      train: [{ xs, ys }],
      validation: [{ xs, ys }],
      epochs: 1,
      loss: "meanSquaredError",
      metrics: ["meanSquaredError", "meanAbsoluteError", "r2"],
    });
    const row = history.epochs[0];
    close(row?.valMeanSquaredError, row?.valLoss ?? Number.NaN, "valMeanSquaredError");
    close(row?.meanSquaredError, row?.loss ?? Number.NaN, "meanSquaredError");
    tf.dispose([xs, ys]);
  });

  it("are refused by name", async () => {
    const net = smallNet();
    const before = tf.memory().numTensors;
    const several = [{ xs: tf.zeros([2, 8, 8, 1]), ys: tf.ones([2, 3]) }];
    for (const [chosen, pattern] of [
      [["speed"], /invalid metrics; expected some of accuracy, .*rocAuc.*, or of ml.metrics.streaming: "speed"/],
      [
        ["fBeta"],
        /invalid metrics; expected some of ml.metrics.streaming.fBeta\(\{ beta \}\), or of ml.metrics.streaming: "fBeta"/,
      ],
      [[streaming.f1Score(), streaming.f1Score()], /invalid metrics; expected names that differ .*: "f1Score"/],
      [[streaming.accuracy().named("loss")], /invalid metrics; expected names that differ .*: "loss"/],
      [["accuracy", streaming.accuracy().named("valAccuracy")], /expected names that differ .*: "valAccuracy"/],
      [[new metrics.StreamingMetric(streaming.accuracy().metric)], /invalid metrics; expected a metric with a name/],
      [
        [streaming.confusionMatrix()],
        /invalid metrics confusionMatrix; expected a metric whose value is one number: \[/,
      ],
      [[streaming.recall({ average: "none" })], /invalid metrics recall; expected a metric whose value is one number/],
      [[null], /invalid metrics; expected some of accuracy/],
      [[["accuracy"]], /invalid metrics; expected some of accuracy.*: \["accuracy"\]/],
      [[() => 1], /invalid metrics; expected some of accuracy/],
    ] as const)
      await assert.rejects(train(net, options(chosen as never)), pattern);
    await assert.rejects(
      train(net, { train: several, epochs: 1, loss: "binaryCrossEntropy", metrics: ["accuracy"] }),
      /invalid ys\[0\]; expected a class, or probabilities that add up to 1: \[1, 1, 1\]/,
    );
    for (const { xs, ys } of several) tf.dispose([xs, ys]);
    assert.equal(tf.memory().numTensors, before);
    assert.throws(() => streaming.accuracy().named(""), /invalid name; expected a name: ""/);
    net.dispose();
  });
});
