// direction, minimumFunctionality, boundaryInputs, wrongInputs and latencyBudget: each finds a planted fault, passes where there is none,
// and leaves no tensor behind.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import {
  boundaryInputs,
  direction,
  expectNoTensorLeak,
  latencyBudget,
  minimumFunctionality,
  wrongInputs,
} from "../../../lib/testing/index.js";
import { leftOrRight } from "./left-or-right.js";

const textOf = (value: object): string =>
  (value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.()["text/plain"] ?? "";

describe("checks of models", () => {
  let images: tf.Tensor;

  before(async () => {
    await ready();
    images = tf.randomUniform([10, 4, 4, 1], 0.2, 1, "float32", 5);
  });
  after(() => {
    images.dispose();
  });

  describe("direction", () => {
    const darker = (batch: tf.Tensor) => tf.mul(batch, 0.5);

    it("is 1 where every score falls, 0 where none does", async () => {
      const falls = await direction(leftOrRight, images, darker, { batchSize: 3 });
      assert.deepEqual({ ...falls }, { rate: 1, images: 10, violations: [] });
      const rises = await direction(leftOrRight, images, darker, { expect: "increase" });
      assert.equal(rises.rate, 0);
      assert.deepEqual(
        rises.violations.map(({ image }) => image),
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      );
      assert.ok(rises.violations.every(({ before, after }) => Math.abs(before / 2 - after) < 1e-6));
      assert.match(
        textOf(rises),
        /^the scores of 0\.0 % of 10 images increase\nimage 0, class [01]: 0\.\d+ → 0\.\d+\n/,
      );
    });

    it("looks at the classes that it is given, and allows for a tolerance", async () => {
      const labels = Array.from({ length: 10 }, (_, i) => i % 2);
      // The left half becomes brighter, the right one stays.
      const left = tf.tensor4d([0.1, 0.1, 0, 0], [1, 1, 4, 1]);
      const change = (batch: tf.Tensor) => tf.add(batch, left);
      const { violations } = await direction(leftOrRight, images, change, { labels, batchSize: 4 });
      assert.deepEqual(
        violations.map(({ image, label }) => [image, label]),
        [0, 2, 4, 6, 8].map((image) => [image, 0]),
      );
      assert.equal((await direction(leftOrRight, images, change, { labels, tolerance: 0.11 })).rate, 1);
      left.dispose();
    });

    it("knows two classes in one output", async () => {
      const one = (batch: tf.Tensor) => tf.mean(batch, [1, 2, 3]).expandDims(1);
      const of = (label: number) => direction(one, images, darker, { labels: Array.from({ length: 10 }, () => label) });
      assert.deepEqual([(await of(1)).rate, (await of(0)).rate], [1, 0]);
    });

    it("refuses what makes no sense", async () => {
      await assert.rejects(
        direction(leftOrRight, images, darker, { expect: "up" as "increase" }),
        /invalid expect; expected "decrease" or "increase"/,
      );
      await assert.rejects(
        direction(leftOrRight, images, darker, { labels: [1] }),
        /invalid labels; expected a list of 10/,
      );
      const many = Array.from({ length: 10 }, () => 2);
      await assert.rejects(
        direction(leftOrRight, images, darker, { labels: many }),
        /invalid labels; expected classes below 2: 2/,
      );
    });
  });

  it("minimumFunctionality says which simple cases are wrong", async () => {
    const cases = tf.tensor4d([1, 0, 0, 1, 1, 0], [3, 1, 2, 1]);
    const result = await minimumFunctionality(leftOrRight, cases, [0, 1, 1], { batchSize: 2 });
    assert.equal(result.rate, 1 - 1 / 3);
    assert.deepEqual(result.failed, [{ image: 2, expected: 1, predicted: 0 }]);
    assert.equal(textOf(result), "2 of 3 simple cases are right\nimage 2: 0 instead of 1");
    await assert.rejects(minimumFunctionality(leftOrRight, cases, [0, 1]), /invalid labels; expected a list of 3/);
    await assert.rejects(
      minimumFunctionality(leftOrRight, cases, [0, 1, -1]),
      /invalid labels\[2\]; expected a whole number/,
    );
    cases.dispose();
  });

  describe("inputs at the edge and wrong inputs", () => {
    let model: tf.LayersModel;

    before(() => {
      model = tf.sequential({
        layers: [
          tf.layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [4, 4, 1] }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 3, activation: "softmax" }),
        ],
      });
    });
    after(() => {
      model.dispose();
    });

    it("a model of layers answers all at the edge, and refuses the wrong ones", async () => {
      const edge = await boundaryInputs(model);
      assert.deepEqual([edge.rate, edge.cases.length], [1, 7], textOf(edge));
      const wrong = await wrongInputs(model, { more: { "a text": "seven", "no tensor": undefined } });
      assert.deepEqual([wrong.rate, wrong.cases.length], [1, 9], textOf(wrong));
      assert.equal(textOf(wrong), "9 of 9 wrong inputs are refused");
    });

    it("find a model that divides by the largest value, one that mixes a batch, and one that drops an input", async () => {
      const failed = async (predict: (x: tf.Tensor) => tf.Tensor) =>
        (await boundaryInputs(predict, { inputShape: [2] })).cases
          .filter(({ passed }) => !passed)
          .map(({ name }) => name);
      assert.deepEqual(await failed((x) => tf.tidy(() => tf.div(x, tf.max(x, 1, true)))), ["all values 0"]);
      assert.deepEqual(await failed((x) => tf.tidy(() => tf.sub(x, tf.mean(x)))), ["alone as among others"]);
      const dropping = (x: tf.Tensor) => tf.slice(x, [0, 0], [Math.min(32, x.shape[0] ?? 0), 2]);
      assert.deepEqual(await failed(dropping), ["33 inputs"]);
    });

    it("find a model that answers whatever it is given", async () => {
      const careless = () => tf.ones([1, 3]);
      const { rate, cases } = await wrongInputs(careless, { inputShape: [4, 4, 1] });
      assert.equal(rate, 0);
      assert.ok(cases.every(({ found }) => found === "an answer: 1, 1, 1"));
      // A maximum hides NaN from whoever does not look for it.
      const hiding = (x: tf.Tensor) => tf.tidy(() => tf.where(tf.isNaN(x), tf.zerosLike(x), x).reshape([-1, 16]));
      const hidden = (await wrongInputs(hiding, { inputShape: [4, 4, 1] })).cases.filter(({ passed }) => !passed);
      assert.ok(hidden.some(({ name }) => name === "a value that is NaN"));
    });

    it("refuse what they can't use", async () => {
      await assert.rejects(
        boundaryInputs(leftOrRight),
        /invalid inputShape; expected whole numbers, at least 1, such as \[28, 28, 1\]: undefined/,
      );
      await assert.rejects(
        boundaryInputs(model, { range: [1, 0] }),
        /invalid range\[1\]; expected a finite number above 1/,
      );
      await assert.rejects(
        boundaryInputs(leftOrRight, { inputShape: [4096, 4096] }),
        /at most 1,048,576 values in all/,
      );
      await assert.rejects(wrongInputs(model, { more: 7 as never }), /invalid more; expected inputs by name: 7/);
    });
  });

  describe("latencyBudget", () => {
    it("measures, and says what is too slow", async () => {
      let calls = 0;
      const wait = () => {
        calls++;
        const end = performance.now() + 5;
        while (performance.now() < end);
      };
      const latency = await latencyBudget(wait, { p95: 60_000, runs: 20, warmUp: 2 });
      assert.equal(calls, 22);
      assert.ok(latency.median >= 5 && latency.median <= latency.p95 && latency.p95 <= latency.p99, textOf(latency));
      assert.match(textOf(latency), /^\d+\.\d\d ms a call \(median of 20\), p95 \d+\.\d\d ms, p99 \d+\.\d\d ms$/);
      await assert.rejects(
        latencyBudget(wait, { median: 4, runs: 5 }),
        /invalid median; expected at most 4 ms: "\d+\.\d\d ms"/,
      );
      await assert.rejects(latencyBudget(wait, {}), /invalid options; expected a budget: median, p95 or p99/);
    });

    it("counts the time until an answer is there", async () => {
      const slow = () => new Promise((resolve) => setTimeout(resolve, 10));
      assert.ok((await latencyBudget(slow, { p95: 60_000, runs: 3, warmUp: 0 })).median > 8);
    });
  });

  it("leave no tensor behind, also where a check fails", async () => {
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [4, 4, 1] }), tf.layers.dense({ units: 2 })],
    });
    await expectNoTensorLeak(async () => {
      await direction(model, images, (batch) => tf.mul(batch, 0.5));
      await minimumFunctionality(
        model,
        images,
        Array.from({ length: 10 }, () => 1),
      );
      await boundaryInputs(model);
      await wrongInputs(model, { more: { mine: images } });
      await latencyBudget(() => model.predict(images), { p95: 60_000, runs: 3 });
      await assert.rejects(
        direction(model, images, () => tf.ones([10, 3])),
        /expected/,
      );
      await boundaryInputs((x: tf.Tensor) => tf.add(x, Number.NaN), { inputShape: [4] });
    });
    assert.ok(!images.isDisposed);
    model.dispose();
  });
});
