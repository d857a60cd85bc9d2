import assert from "node:assert/strict";
import { calibrationCurve, expectedCalibrationError } from "../../../lib/metrics/index.js";
import { calibration, metricTable } from "../../../lib/plot/index.js";
import { predictionsOf } from "./evaluation-gallery.js";
import { noise } from "./gallery.js";

const values = (spec: object) => (spec as { data: { values: Record<string, number>[] } }).data.values;

describe("plot: calibration", () => {
  it("shows the expected calibration error of ml.metrics, for evaluations", () => {
    const { yTrue, probabilities } = predictionsOf(400, 5);
    for (const bins of [10, 15]) {
      const { data, spec } = calibration({ yTrue, probabilities }, { bins });
      const expected = expectedCalibrationError(Array.from(yTrue), probabilities, { bins });
      assert.ok(Math.abs((data.curves[0]?.expectedCalibrationError ?? 9) - expected) < 1e-12);
      assert.ok(JSON.stringify(spec).includes(`expected calibration error ${expected.toFixed(3)}, 400 samples`));
    }
  });

  it("shows by default the error that the table of scores has", () => {
    const predictions = predictionsOf(400, 5);
    const shown = metricTable(predictions).data["expected calibration error"]?.value ?? 9;
    const [curve] = calibration(predictions).data.curves;
    assert.ok(Math.abs((curve?.expectedCalibrationError ?? 8) - shown) < 1e-12);
  });

  it("draws the points of ml.metrics.calibrationCurve", () => {
    const random = noise(4);
    const scores = Array.from({ length: 500 }, random);
    const yTrue = scores.map((score) => Number(random() < score ** 2));
    const curve = calibrationCurve(yTrue, scores, { bins: 8 });
    const { spec, data } = calibration(curve);
    const drawn = values(spec);
    assert.deepEqual(
      drawn.map(({ count }) => count),
      curve.counts,
    );
    drawn.forEach(({ probTrue = 9, probPred = 9 }, i) => {
      assert.ok(Math.abs(probTrue - (curve.probTrue[i] ?? 0)) < 1e-6);
      assert.ok(Math.abs(probPred - (curve.probPred[i] ?? 0)) < 1e-6);
    });
    const gap = curve.counts.reduce(
      (sum, count, i) => sum + (count * Math.abs((curve.probTrue[i] ?? 0) - (curve.probPred[i] ?? 0))) / 500,
      0,
    );
    assert.ok(Math.abs((data.curves[0]?.expectedCalibrationError ?? 9) - gap) < 1e-12);
  });

  it("gives each share its Wilson interval", () => {
    const { spec } = calibration({ probTrue: [0.5, 1], probPred: [0.5, 1], counts: [10, 10] });
    // statsmodels: proportion_confint(5, 10, method="wilson"), and of 10 of 10.
    for (const [i, [low, high]] of [
      [0.236593, 0.763407],
      [0.722467, 1],
    ].entries()) {
      assert.ok(Math.abs((values(spec)[i]?.low ?? 9) - (low ?? 0)) < 1e-5, String(values(spec)[i]?.low));
      assert.ok(Math.abs((values(spec)[i]?.high ?? 9) - (high ?? 0)) < 1e-5);
    }
  });

  it("draws several by name, with their errors in the legend", () => {
    const [before, after] = [0.3, 0.1].map((gap) => ({ probTrue: [0.5], probPred: [0.5 + gap], counts: [9] }));
    const { text, spec } = calibration({ before, after } as Parameters<typeof calibration>[0]);
    assert.match(
      text,
      /^Calibration\nbefore: expected calibration error 0.3000\n {2}predicted 0.800, came true 0.500, of 9\n/,
    );
    assert.match(JSON.stringify(spec), /after \(ECE 0.100\)/);
  });

  it("says what is wrong with its input", () => {
    const draw = calibration as (curves: unknown, options?: object) => unknown;
    const bad: [curves: unknown, options: object, message: RegExp][] = [
      [{}, {}, /^invalid curves; expected 1 to 12 curves: \[\]$/],
      [
        { probTrue: [], probPred: [] },
        {},
        /^invalid classifier.probTrue; expected at least one rate from 0 to 1: \[\]$/,
      ],
      [
        { probTrue: [Number.NaN], probPred: [1] },
        {},
        /^invalid classifier.probTrue\[0\]; expected a rate from 0 to 1: NaN$/,
      ],
      [{ probTrue: [1], probPred: [1], counts: [0] }, {}, /^invalid classifier.counts; expected 1 counts above 0/],
      [{ yTrue: [0], probabilities: [0.5] }, { bins: 0 }, /^invalid bins; expected a whole number from 1 to 100: 0$/],
    ];
    for (const [curves, options, message] of bad) assert.throws(() => draw(curves, options), { message });
  });
});
