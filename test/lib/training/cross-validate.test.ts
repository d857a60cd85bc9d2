// ml.crossValidate: every sample judges once, by a model that never saw it; the figures are those of the folds; nothing is
// left behind, whatever happens.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { earlyStopping } from "../../../lib/callbacks/index.js";
import { Dataset } from "../../../lib/data/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { mlp } from "../../../lib/models/index.js";
import { adam, sgd } from "../../../lib/optimizers/index.js";
import { crossValidate } from "../../../lib/training/cross-validate.js";
import { compose, normalize, randomHorizontalFlip, toTensor } from "../../../lib/transforms/index.js";
import { closeNotebook, openNotebook } from "../made-up-notebook.js";
import { randomNumbers } from "./blobs.js";

/** Grey images of 2 × 2 whose bright pixel is the class; three classes, the last one rare. */
function images(count = 64): Dataset {
  const random = randomNumbers(11);
  const labels = Int32Array.from({ length: count }, (_, i) => (i % 8 === 7 ? 2 : i % 2));
  const values = new Uint8Array(count * 4).map((_, i) => {
    const bright = i % 4 === labels[Math.floor(i / 4)];
    return Math.round((bright ? 200 : 20) + 30 * random());
  });
  return new Dataset({ values, labels, shape: [2, 2, 1], classNames: ["left", "right", "below"] });
}

const makeModel = () => mlp({ inputShape: [2, 2, 1], hidden: [8], classes: 3 });
const options = {
  epochs: 3,
  folds: 4,
  seed: 7,
  transform: toTensor(),
  optimizer: adam({ learningRate: 0.05 }),
  batchSize: 8,
};
const signalKey = Symbol.for("Jupyter.abortSignal");
const globals = globalThis as Record<symbol, unknown>;

describe("crossValidate", () => {
  before(() => ready());

  it("shows one bar over all folds in a notebook, and none where it is told not to", async () => {
    const { displays } = openNotebook();
    try {
      const found = await crossValidate(makeModel, images(), options);
      const { accuracy = Number.NaN } = found.mean;
      assert.equal(displays.length, 1);
      const texts = (displays[0] ?? []).map((bundle) => bundle["text/plain"]);
      assert.match(texts[0] ?? "", /^Cross-validation: \d+ %, fold 1 of 4, epoch 1 of 3, \d+ s left\n/);
      assert.match(texts.at(-1) ?? "", /^Cross-validation: 100 %, 4 folds in \d+ s, loss \d.* ± .*, accuracy /);
      assert.ok(texts.at(-1)?.includes(`accuracy ${accuracy.toFixed(4)} ± `));
      await crossValidate(makeModel, images(), { ...options, verbose: false });
      assert.equal(displays.length, 1);
      let made = 0;
      const failing = () => {
        if (++made === 3) throw new Error("no more models");
        return makeModel();
      };
      await assert.rejects(crossValidate(failing, images(), options), /no more models/);
      assert.match(displays[1]?.at(-1)?.["text/plain"] ?? "", /^Cross-validation: 50 %, ended in fold 3 of 4\n/);
    } finally {
      closeNotebook();
    }
  });

  it("judges every sample once, by a model of its own", async () => {
    const dataset = images();
    const folds = await crossValidate(makeModel, dataset, { ...options, epochs: 12 });
    assert.equal(folds.folds.length, 4);
    assert.deepEqual(
      [...folds].map(({ fold, trainSize, validationSize }) => [fold, trainSize, validationSize]),
      [
        [0, 48, 16],
        [1, 48, 16],
        [2, 48, 16],
        [3, 48, 16],
      ],
    );
    const judged = folds.folds.flatMap(({ evaluation }) => evaluation?.yTrue ?? []).sort();
    assert.deepEqual(judged, [...dataset.labels].sort());
    // Stratified by default: the rare class is in every fold.
    for (const { evaluation } of folds) assert.equal(evaluation?.yTrue.filter((label) => label === 2).length, 2);
    assert.ok((folds.mean.accuracy ?? 0) > 0.95);
    assert.deepEqual(folds.folds[0]?.evaluation?.classNames, dataset.classNames);
  });

  it("sums up the scores of the folds, and shows them", async () => {
    const folds = await crossValidate(makeModel, images(), { ...options, metrics: ["accuracy", "f1Score"] });
    const scores = folds.folds.map(({ scores }) => scores.accuracy ?? Number.NaN);
    const mean = scores.reduce((a, b) => a + b) / 4;
    const variance = scores.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3;
    assert.ok(Math.abs((folds.mean.accuracy ?? 0) - mean) < 1e-12);
    assert.ok(Math.abs((folds.standardDeviation.accuracy ?? 0) - Math.sqrt(variance)) < 1e-12);
    assert.deepEqual(Object.keys(folds.mean), ["loss", "accuracy", "f1Score"]);
    for (const { history, scores, evaluation } of folds) {
      const last = history.epochs.at(-1);
      assert.equal(history.epochs.length, 3);
      assert.ok(Math.abs((last?.valLoss ?? 9) - (scores.loss ?? 0)) < 1e-6);
      assert.equal(last?.valAccuracy, scores.accuracy);
      assert.equal(evaluation?.accuracy, scores.accuracy);
    }
    const show = (folds as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
    const bundle = show?.call(folds) ?? {};
    const lines = bundle["text/plain"]?.split("\n") ?? [];
    assert.match(lines[0] ?? "", /^4-fold cross-validation: loss \d\.\d{4} ± \d\.\d{4}, accuracy \d\.\d{4} ± /);
    assert.match(lines[1] ?? "", /^fold +trained on +validated on +epochs +loss +accuracy +f1Score +seconds$/);
    assert.match(lines[2] ?? "", /^0 +48 +16 +3 +\d/);
    assert.match(lines[6] ?? "", /^mean +\d/);
    assert.match(lines[7] ?? "", /^standard deviation +\d/);
    assert.match(bundle["text/html"] ?? "", /<caption>4-fold cross-validation/);
  });

  it("a seed repeats folds, weights, order and augmentation; another seed does not", async () => {
    const augment = randomHorizontalFlip({ probability: 0.5 });
    const run = async (seed: number) => {
      const folds = await crossValidate(makeModel, images(), { ...options, folds: 2, augment, seed });
      return folds.folds.map(({ history }) => history.column("loss"));
    };
    const [one, two, other] = [await run(3), await run(3), await run(4)];
    assert.deepEqual(one, two);
    assert.notDeepEqual(one, other);
    // Weights differ from fold to fold, and Math.random is its own again.
    assert.notDeepEqual(one[0], one[1]);
    assert.notEqual(Math.random(), Math.random());
  });

  it("augments what is trained on, before the transform, and never what judges", async () => {
    const seen: string[] = [];
    const watch = (name: string) => ({
      ...toTensor(),
      name,
      transformBatch(batch: Parameters<ReturnType<typeof toTensor>["transformBatch"]>[0]) {
        seen.push(`${name} ${batch.shape[0]}`);
        return batch;
      },
    });
    await crossValidate(makeModel, images(), {
      ...options,
      epochs: 1,
      folds: 2,
      batchSize: 32,
      augment: watch("augment"),
      transform: watch("transform"),
    });
    const fold = ["augment 32", "transform 32", "transform 32", "transform 32", "transform 32"];
    assert.deepEqual(seen, [...fold, ...fold]);
  });

  it("judges the weights that early stopping gave back", async () => {
    const folds = await crossValidate(makeModel, images(), {
      ...options,
      epochs: 4,
      folds: 2,
      // The second epoch on ruins what the first one learned.
      schedule: Object.assign((epoch: number) => (epoch === 0 ? 0.05 : 100), { by: "epoch" as const }),
      callbacks: () => [earlyStopping({ monitor: "valLoss", patience: 3 })],
    });
    for (const { history, scores } of folds) {
      const losses = history.column("valLoss");
      assert.ok(Math.abs((scores.loss ?? 9) - Math.min(...losses)) < 1e-5);
      assert.notEqual(losses.at(-1), Math.min(...losses));
    }
  });

  it("keeps groups together, and gives each fold callbacks of its own", async () => {
    const dataset = images(32);
    const groups = Array.from(dataset.labels, (_, i) => Math.floor(i / 4));
    const asked: number[] = [];
    const folds = await crossValidate(makeModel, dataset, {
      ...options,
      epochs: 1,
      groups,
      stratify: false,
      callbacks: (fold) => {
        asked.push(fold);
        return [];
      },
    });
    assert.deepEqual(asked, [0, 1, 2, 3]);
    for (const { validationSize } of folds) assert.equal(validationSize % 4, 0);
  });

  it("works for values to predict, with the loss alone", async () => {
    const random = randomNumbers(5);
    const values = Float32Array.from({ length: 40 }, random);
    const labels = values.map((x) => 3 * x + 1);
    const folds = await crossValidate(
      () =>
        tf.sequential({
          layers: [tf.layers.dense({ units: 1, inputShape: [1] }), tf.layers.reshape({ targetShape: [] })],
        }),
      new Dataset({ values, labels, shape: [1], classNames: [] }),
      {
        epochs: 60,
        batchSize: 4,
        folds: 2,
        loss: "meanSquaredError",
        metrics: ["r2"],
        optimizer: sgd({ learningRate: 0.2 }),
        seed: 1,
      },
    );
    assert.deepEqual(Object.keys(folds.mean), ["loss", "r2"]);
    assert.ok((folds.mean.loss ?? 1) < 0.02 && (folds.mean.r2 ?? 0) > 0.9);
    assert.equal(folds.folds[0]?.evaluation, undefined);
  });

  it("disposes its models, unless they are to be kept", async () => {
    const before = tf.memory().numTensors;
    const short = { ...options, epochs: 1, folds: 2 };
    await crossValidate(makeModel, images(), short);
    assert.equal(tf.memory().numTensors, before);
    const { folds } = await crossValidate(makeModel, images(), { ...short, keepModels: true });
    assert.equal(tf.memory().numTensors, before + 2 * 4);
    const outputs = folds[1]?.model?.predict(tf.zeros([1, 2, 2, 1])) as tf.Tensor;
    assert.deepEqual(outputs.shape, [1, 3]);
    for (const { model } of folds) model?.dispose();
  });

  it("Stop ends it in the middle of a fold, and leaves nothing", async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    let steps = 0;
    const stop = () => {
      steps++;
      if (steps === 9) controller.abort(new Error("stopped by the reader"));
      return undefined;
    };
    globals[signalKey] = controller.signal;
    try {
      await assert.rejects(
        crossValidate(makeModel, images(), {
          ...options,
          epochs: 1,
          keepModels: true,
          callbacks: [{ name: "watch", afterStep: stop }],
        }),
        /stopped by the reader/,
      );
    } finally {
      delete globals[signalKey];
    }
    assert.equal(steps, 9);
    assert.equal(tf.memory().numTensors, before);
  });

  it("says what is wrong with its arguments, and leaves nothing", async () => {
    const dataset = images();
    const before = tf.memory().numTensors;
    const rejects = (promise: Promise<unknown>, message: RegExp) => assert.rejects(promise, message);
    await rejects(crossValidate(3 as never, dataset, options), /invalid makeModel; expected a function/);
    await rejects(crossValidate(makeModel, [] as never, options), /invalid dataset; expected a data set of ml.data/);
    await rejects(crossValidate(makeModel, dataset, undefined as never), /invalid options/);
    await rejects(crossValidate(makeModel, dataset, { ...options, folds: 1 }), /invalid folds/);
    await rejects(crossValidate(makeModel, dataset, { ...options, epochs: 0 }), /invalid epochs/);
    await rejects(crossValidate(makeModel, dataset, { ...options, batchSize: 0 }), /invalid batchSize/);
    await rejects(
      crossValidate(makeModel, dataset, { ...options, resume: "runs/a" } as never),
      /invalid options; expected no resume/,
    );
    await rejects(
      crossValidate(() => undefined as never, dataset, options),
      /invalid makeModel; expected a function that returns/,
    );
    const only = makeModel();
    await rejects(
      crossValidate(() => only, dataset, { ...options, epochs: 1 }),
      /invalid makeModel; expected a new model for each fold/,
    );
    await rejects(
      crossValidate(makeModel, dataset, { ...options, transform: compose([toTensor(), normalize([1, 2], [1, 1])]) }),
      /invalid (std|mean|images|channels); expected/,
    );
    assert.equal(tf.memory().numTensors, before);
  });
});
