// Precision–recall and ROC curves of evaluations: their numbers are those of ml.metrics.
import assert from "node:assert/strict";
import { averagePrecision, precisionRecallCurve, rocAuc } from "../../../lib/metrics/index.js";
import { precisionRecall, rocCurve } from "../../../lib/plot/index.js";
import { predictionsOf } from "./evaluation-gallery.js";
import { noise } from "./gallery.js";

const text = (spec: object) => JSON.stringify(spec);

describe("plot: precisionRecall", () => {
  it("shows the average precision of ml.metrics, ties and all", () => {
    const random = noise(2);
    const yTrue = Array.from({ length: 300 }, () => (random() < 0.4 ? 1 : 0));
    const scores = yTrue.map((label) => Math.round(10 * (0.4 * label + random())) / 10);
    const expected = averagePrecision(yTrue, scores);
    for (const dropIntermediate of [false, true]) {
      const { data, spec } = precisionRecall(precisionRecallCurve(yTrue, scores, { dropIntermediate }));
      assert.ok(Math.abs((data.curves[0]?.averagePrecision ?? 0) - expected) < 1e-12);
      const guess = yTrue.filter((label) => label === 1).length / 300;
      assert.ok(
        text(spec).includes(`average precision ${expected.toFixed(3)}, all taken for positive ${guess.toFixed(3)}`),
      );
    }
  });

  it("draws each class of an evaluation against the rest", () => {
    const { yTrue, probabilities } = predictionsOf(200, 4);
    const evaluation = { yTrue, probabilities, classNames: ["a", "b", "c", "d"] };
    const chart = precisionRecall(evaluation);
    const expected = averagePrecision(Array.from(yTrue), probabilities, { average: "none" });
    assert.deepEqual(
      chart.data.curves.map(({ name, averagePrecision }) => [name, averagePrecision]),
      expected.map((value, i) => ["abcd"[i], value]),
    );
    const areas = rocAuc(Array.from(yTrue), probabilities, { multiClass: "ovr", average: "none" });
    for (const [i, { area }] of rocCurve(evaluation).data.curves.entries())
      assert.ok(Math.abs(area - (areas[i] ?? 0)) < 1e-12);
  });

  it("draws the second class of two, also from its probabilities alone", () => {
    const { yTrue, probabilities } = predictionsOf(60, 2);
    const second = probabilities.map(([, probability = 0]) => probability);
    const [whole, alone] = [
      precisionRecall({ yTrue, probabilities }),
      precisionRecall({ yTrue, probabilities: second }),
    ];
    assert.deepEqual(alone.data, whole.data);
    assert.match(whole.text, /^Precision–recall curve\n1: average precision 0\.\d{4}, \d+ points$/);
  });

  it("draws the lowest twelve of many classes, and says so", () => {
    const { yTrue, probabilities } = predictionsOf(500, 20);
    const { data, text } = precisionRecall({ yTrue, probabilities });
    const all = averagePrecision(Array.from(yTrue), probabilities, { average: "none" });
    assert.deepEqual(
      data.curves.map((curve) => curve.averagePrecision).toSorted((a, b) => a - b),
      all.toSorted((a, b) => a - b).slice(0, 12),
    );
    assert.match(text, /\nthe 12 lowest of 20 classes are drawn/);
  });

  it("says what is wrong with its input", () => {
    const draw = precisionRecall as (curves: unknown) => unknown;
    const bad: [curves: unknown, message: RegExp][] = [
      [{}, /^invalid curves; expected 1 to 12 curves: \[\]$/],
      [undefined, /^invalid curves; expected 1 to 12 curves: \[\]$/],
      [{ precision: [1, 1], recall: [1] }, /^invalid classifier.recall; expected at least two rates/],
      [{ precision: [1, 1, 1], recall: [1, 0] }, /^invalid classifier.recall; expected 3 rates, as many as precision/],
      [{ a: { precision: [2, 1], recall: [1, 0] } }, /^invalid a.precision\[0\]; expected a rate from 0 to 1: 2$/],
      [{ a: 1 }, /^invalid a; expected a curve with precision and recall: 1$/],
      [{ yTrue: [], probabilities: [] }, /^invalid yTrue; expected at least one sample: \[\]$/],
      [{ yTrue: [0, 2], probabilities: [0.1, 0.2] }, /^invalid yTrue\[1\]; expected a class from 0 to 1: 2$/],
      [{ yTrue: [0, 0], probabilities: [0.1, 0.2] }, /^invalid yTrue; expected samples of two classes at least/],
      [{ yTrue: [0], probabilities: [[0.5, 0.2]] }, /^invalid probabilities\[0\]; expected probabilities that add up/],
    ];
    for (const [curves, message] of bad) assert.throws(() => draw(curves), { message });
  });
});
