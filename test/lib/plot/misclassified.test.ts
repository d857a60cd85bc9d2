// Misclassified samples and top losses: which ones, in which order, with the numbers of ml.metrics.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { fromArrays } from "../../../lib/data/index.js";
import { logLoss } from "../../../lib/metrics/index.js";
import { misclassified, topLosses } from "../../../lib/plot/index.js";
import { predictionsOf } from "./evaluation-gallery.js";

describe("plot: misclassified and topLosses", () => {
  const { yTrue, probabilities } = predictionsOf(60, 3);
  const classNames = ["automobile", "bird", "cat"];
  const yPred = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const evaluation = { yTrue, yPred, probabilities, classNames };
  const labels = Array.from(yTrue, (label) => classNames[label] ?? "");
  const images = fromArrays({ images: new Uint8Array(60 * 64).map((_, i) => i % 251), shape: [8, 8, 1], labels });

  it("shows the surest mistakes first", () => {
    const { data, text } = misclassified(images, evaluation, { count: 5 });
    const wrong = yPred.flatMap((label, i) => (label === yTrue[i] ? [] : [{ i, p: probabilities[i]?.[label] ?? 0 }]));
    wrong.sort((a, b) => b.p - a.p);
    assert.equal(data.total, wrong.length);
    assert.deepEqual(
      data.samples.map(({ index, confidence }) => ({ i: index, p: confidence })),
      wrong.slice(0, 5),
    );
    const [first] = data.samples;
    assert.match(text, new RegExp(`^Misclassified: ${wrong.length} of 60 samples, the 5 surest mistakes\n`));
    const percent = (100 * (first?.confidence ?? 0)).toFixed(1);
    assert.ok(
      text.includes(
        `image ${first?.index}: predicted ${first?.predictedClass}, true ${first?.trueClass}, ${percent} %`,
      ),
    );
  });

  it("shows the largest losses first, whose mean is ml.metrics.logLoss", () => {
    const { data } = topLosses(images, evaluation, { count: 200 });
    const losses = data.samples.map(({ loss }) => loss);
    assert.deepEqual(
      losses,
      losses.toSorted((a, b) => b - a),
    );
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    assert.ok(Math.abs(mean - logLoss(Array.from(yTrue), probabilities, { labels: [0, 1, 2] })) < 1e-12);
  });

  it("writes predicted class, true class and number below each picture", async () => {
    const picture = misclassified(images, evaluation, { count: 3 });
    const svg = await picture.toSVG();
    const [first] = picture.data.samples;
    for (const line of [
      first?.predictedClass,
      `true ${first?.trueClass.slice(0, 5)}`,
      `${(100 * (first?.confidence ?? 0)).toFixed(1)} %`,
    ])
      assert.ok(svg.includes(`>${line}`), line);
    assert.equal(svg.match(/<image /g)?.length, 3);
    const { height = 0 } = await sharp(await picture.toPNG({ scale: 1 })).metadata();
    assert.ok(height > 72 + 3 * 16, String(height));
  });

  it("says so where nothing is misclassified", async () => {
    const right = { yTrue: [0, 1], probabilities: [0.1, 0.9] };
    const pixels = tf.ones([2, 4, 4, 3]);
    const picture = misclassified(pixels, right);
    pixels.dispose();
    assert.equal(picture.text, "Misclassified: none of 2 samples");
    assert.match(await picture.toSVG(), />none of 2 samples</);
    assert.ok((await picture.toPNG()).length > 100);
  });

  it("says so where a data set's samples are not those that were evaluated, such as after shuffling", () => {
    const shuffled = images.subset(Uint32Array.from({ length: 60 }, (_, i) => (i + 1) % 60));
    const rule =
      /invalid images\[\d+\]; expected one of "\w+", as evaluated, in the same order \(shuffle: false\): "\w+"/;
    assert.throws(() => misclassified(shuffled, evaluation), rule);
    assert.throws(() => topLosses(shuffled, evaluation), rule);
    // The same classes under other names are no other order.
    const renamed = predictionsOf(60, 3).yTrue;
    const numbered = fromArrays({
      images: new Uint8Array(60 * 64),
      shape: [8, 8, 1],
      labels: Int32Array.from(renamed),
    });
    assert.equal(topLosses(numbered, evaluation, { count: 60 }).data.samples.length, 60);
  });

  it("says what is wrong with its input", () => {
    const pixels = tf.ones([2, 4, 4, 1]);
    assert.throws(
      () => misclassified(pixels, evaluation),
      /invalid images; expected 60 images, those that were evaluated, in the same order \(shuffle: false\): 2/,
    );
    pixels.dispose();
    assert.throws(
      () => topLosses(images, evaluation, { count: 0 }),
      /invalid count; expected a whole number from 1 to 200/,
    );
    assert.throws(() => topLosses(images, {} as typeof evaluation), /invalid evaluation; expected an evaluation/);
  });
});
