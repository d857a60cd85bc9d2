// How everything but charts shows itself: what a saved notebook shows is the same without JavaScript, in light and in dark, and
// small; models and what training found come as charts.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ProgressBar } from "../../lib/engine/progress-bar.js";
import * as ml from "../../lib/index.js";
import type { EpochLogs } from "../../lib/training/history.js";
import { closeNotebook, openNotebook } from "./made-up-notebook.js";
import { predictionsOf } from "./plot/evaluation-gallery.js";
import { epochsOf, noise } from "./plot/gallery.js";

type Bundle = Record<string, unknown>;

const vegaLite = "application/vnd.vegalite.v5+json";

async function show(value: object): Promise<Bundle> {
  const method = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")];
  assert.ok(typeof method === "function", "it shows itself");
  return (await method.call(value)) as Bundle;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const historyOf = (count: number) => new ml.History(epochsOf(count) as EpochLogs[], "compiled");

function rangeOf(losses: readonly number[]): ml.LearningRateRange {
  const learningRates = losses.map((_, i) => 10 ** (i / 10 - 5));
  return new ml.LearningRateRange({ learningRates, losses, smoothedLosses: losses });
}

async function evaluationOf(classes: number, samples: number): Promise<ml.Evaluation> {
  const { yTrue, probabilities } = predictionsOf(samples, classes);
  const yPred = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const score = (a: readonly number[], b: readonly number[]) => ml.metrics.accuracy(a, b);
  const interval = ml.metrics.bootstrapInterval(score, yTrue as number[], yPred, { seed: 0 });
  const classNames = Array.from({ length: classes }, (_, i) => `<class> ${i}`);
  return new ml.Evaluation({ yTrue: [...(yTrue as number[])], yPred, probabilities, classNames, interval });
}

function imagesOf(count: number, side: number, channels: number): ml.data.Dataset {
  const random = noise(3);
  const values = Uint8Array.from({ length: count * side * side * channels }, () => 256 * random());
  const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
  const classNames = Array.from({ length: 10 }, (_, i) => `<class> ${i}`);
  return new ml.data.Dataset({ values, labels, shape: [side, side, channels], classNames });
}

describe("displays: charts of what training found", () => {
  before(() => ml.ready());

  it("a history is its loss curve, with its epochs as text", async () => {
    const history = historyOf(12);
    const bundle = await show(history);
    assert.deepEqual(Object.keys(bundle), [vegaLite, "image/png", "text/plain"]);
    assert.deepEqual(plain(bundle[vegaLite]), plain((await ml.plot.lossCurve(history).bundle())[vegaLite]));
    assert.match(String(bundle["text/plain"]), /^epoch +loss +accuracy/);
  });

  it("a history without a loss is text", async () => {
    const empty = await show(historyOf(0));
    assert.deepEqual(Object.keys(empty), ["text/plain"]);
    const lost = new ml.History([{ ...epochsOf(1)[0], loss: Number.NaN, valLoss: Number.NaN } as EpochLogs], "eager");
    assert.equal((await show(lost))[vegaLite], undefined);
  });

  it("a learning-rate range is its curve, with the suggestion as text", async () => {
    const range = rangeOf(Array.from({ length: 40 }, (_, i) => 2.3 - 1.8 / (1 + Math.exp((20 - i) / 3))));
    const bundle = await show(range);
    assert.deepEqual(plain(bundle[vegaLite]), plain((await ml.plot.learningRateRange(range).bundle())[vegaLite]));
    const [, lowest = "?"] = /^suggested learning rate .*lowest at ([\d.]+)/.exec(String(bundle["text/plain"])) ?? [];
    assert.match(JSON.stringify(bundle[vegaLite]), new RegExp(`the loss is least at ${lowest.replace(".", "\\.")}"`));
    const lost = await show(rangeOf([Number.NaN, Number.NaN]));
    assert.deepEqual(Object.keys(lost), ["text/plain"]);
  });

  it("a model is its graph, with its summary as text", async () => {
    const model = ml.models.mlp({ inputShape: [2, 2], hidden: [5], classes: 3 });
    const bundle = await show(model);
    const summary = ml.summary(model);
    assert.deepEqual(plain(bundle[vegaLite]), plain((await ml.plot.modelGraph(summary).bundle())[vegaLite]));
    assert.equal(bundle["text/plain"], (await show(summary))["text/plain"]);
    assert.equal(typeof bundle["image/png"], "string");
    model.dispose();
  });

  it("a model without layers says so", async () => {
    const empty = await show(tf.sequential({ name: "empty" }));
    assert.deepEqual(empty, { "text/plain": "empty: a model without layers" });
  });
});

describe("displays: HTML", () => {
  before(() => ml.ready());

  const toTensor = ml.transforms.toTensor();
  const table = Array.from({ length: 600 }, (_, i) => ({
    i,
    text: `<script>alert(${i})</script>`.repeat(3),
    b: i / 7,
  }));
  const displays: Record<string, () => object | Promise<object>> = {
    "a tensor of numbers": () => tf.range(0, 2000).reshape([20, 100]),
    "a tensor of images": () => tf.randomUniform([8, 48, 48, 3], 0, 1, "float32", 1),
    "a tensor of text": () => tf.tensor(["<b>", "&"]),
    "a data set of grey images": () => imagesOf(200, 28, 1),
    "a data set of coloured images": () => imagesOf(200, 64, 3),
    "a data set of numbers": () => ml.data.fromArrays({ images: [[1, 2, 3]], targets: [0.5] }),
    "a loader": () => ml.data.loader(imagesOf(40, 28, 1), { transform: toTensor, shuffle: true, seed: 1 }),
    "an evaluation of 3 classes": () => evaluationOf(3, 90),
    "an evaluation of 30 classes": () => evaluationOf(30, 900),
    "an evaluation of 100 classes": () => evaluationOf(100, 2000),
    "a cross-validation": async () =>
      new ml.CrossValidation(
        await Promise.all(
          [0, 1, 2].map(async (fold) => ({
            fold,
            trainSize: 20,
            validationSize: 10,
            history: historyOf(2),
            scores: { loss: 0.3 + fold / 10, accuracy: 0.9 },
            evaluation: await evaluationOf(2, 10),
            model: undefined,
            seconds: 1,
          })),
        ),
      ),
    "a model's summary": () => ml.summary(ml.models.resnet({ inputShape: [16, 16, 3], classes: 10 })),
    "the environment": () => ml.environment(),
    "a classification report": async () => (await evaluationOf(12, 100)).report,
    "a confusion matrix": async () => (await evaluationOf(12, 100)).confusionMatrix,
    "a table": () => ml.plot.table(table, { count: 500 }),
    "a table of metrics": () => ml.plot.metricTable(predictionsOf(80, 3), { seed: 0, resamples: 50 } as object),
    "a gradient check": () => {
      const x = tf.variable(tf.tensor1d([0.5, 1]), true, "<x>");
      return ml.testing.gradientCheck(() => tf.tidy(() => x.square().sum().asScalar()), [x]);
    },
    "a progress bar": () => {
      const { displays: shown } = openNotebook();
      new ProgressBar("<b>").end({ share: 0.5, text: "half" });
      closeNotebook();
      const bundle = shown[0]?.[0] ?? {};
      return { [Symbol.for("Jupyter.display")]: () => bundle };
    },
  };

  for (const [name, make] of Object.entries(displays))
    it(`${name}: no script, no SVG, no colour of text, small`, async () => {
      const bundle = await show(await make());
      const html = String(bundle["text/html"] ?? "");
      assert.match(html, /^<(p|table|div)/);
      // GitHub and JupyterLab's untrusted notebooks drop inline SVG; scripts run nowhere after a reload.
      assert.doesNotMatch(html, /<(script|svg|progress|iframe|link|object)|\son\w+=|javascript:/i);
      const styles = Array.from(html.matchAll(/style="([^"]*)"/g), ([, style]) => style ?? "");
      assert.deepEqual(
        styles.filter((style) => /(^|;)\s*color:/.test(style)),
        [],
      );
      assert.doesNotMatch(html, /<style|<font|undefined|\[object/);
      assert.ok(JSON.stringify(bundle).length < 100_000, `${JSON.stringify(bundle).length} characters`);
    });

  it("a loader tells its batches, their shapes, the order and the steps of its transform", async () => {
    const { compose, resize, normalize, randomHorizontalFlip } = ml.transforms;
    const transform = compose([compose([resize(32), randomHorizontalFlip()]), toTensor, normalize([0.5], [0.5])]);
    const dataset = imagesOf(100, 28, 1);
    const bundle = await show(ml.data.loader(dataset, { batchSize: 32, shuffle: true, seed: 4, transform }));
    assert.equal(
      bundle["text/plain"],
      [
        "batches    4 of 32, the last of 4; 100 samples",
        "xs         float32 [32, 32, 32, 1]",
        "ys         int32 [32]",
        "order      shuffled, seed 4",
        'transform  resize(size: 32, interpolation: "bilinear", antialias: true)',
        "           randomHorizontalFlip(probability: 0.5)",
        "           toTensor()",
        "           normalize(mean: [0.5], std: [0.5])",
      ].join("\n"),
    );
    assert.equal(String(bundle["text/html"]).match(/<tr>/g)?.length, 8);
    const own = {
      transformBatch: () => {
        throw new Error("not today");
      },
    };
    const broken = await show(ml.data.loader(dataset, { batchSize: 30, dropLast: true, transform: own, workers: 0 }));
    assert.match(
      String(broken["text/plain"]),
      /^batches +3 of 30, 10 samples left out; 100 samples\nxs +the transform fails: not today\n/,
    );
    assert.match(String(broken["text/plain"]), /\norder +as in the data set\ntransform +one of your own$/);
  });
});
