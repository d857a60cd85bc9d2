// The table of scores: every value and interval is that of ml.metrics.
import assert from "node:assert/strict";
import {
  accuracy,
  balancedAccuracy,
  bootstrapInterval,
  expectedCalibrationError,
  f1Score,
  logLoss,
  precision,
  recall,
  rocAuc,
} from "../../../lib/metrics/index.js";
import { metricTable, type ScoreFunction } from "../../../lib/plot/index.js";
import { predictionsOf } from "./evaluation-gallery.js";

describe("plot: metricTable", () => {
  const { yTrue, probabilities } = predictionsOf(150, 3);
  const truth = Array.from(yTrue);
  const yPred = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const classNames = ["cat", "dog", "owl"];
  const evaluation = { yTrue, yPred, probabilities, classNames };

  it("has the values of ml.metrics", () => {
    const { data, text } = metricTable(evaluation);
    const macro = { average: "macro" } as const;
    const expected = {
      accuracy: accuracy(truth, yPred),
      "balanced accuracy": balancedAccuracy(truth, yPred),
      "precision, macro": precision(truth, yPred, macro),
      "recall, macro": recall(truth, yPred, macro),
      "F1 score, macro": f1Score(truth, yPred, macro),
      "log loss": logLoss(truth, probabilities),
      "expected calibration error": expectedCalibrationError(truth, probabilities),
    };
    assert.deepEqual(Object.keys(data), Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) {
      assert.ok(Math.abs((data[name]?.value ?? 9) - value) < 1e-12, name);
      assert.match(text, new RegExp(`${name} +${value.toFixed(4)} `));
    }
    assert.match(text, /\n150 samples; intervals by the bootstrap, 1,000 resamples$/);
  });

  it("has the intervals of ml.metrics.bootstrapInterval", () => {
    const options = { resamples: 200, seed: 4, confidence: 0.9 };
    const { data, text } = metricTable(evaluation, options);
    assert.deepEqual(
      data.accuracy,
      bootstrapInterval((a: number[], b: number[]) => accuracy(a, b), truth, yPred, options),
    );
    assert.deepEqual(
      data["log loss"],
      bootstrapInterval(
        (a: number[], b: number[][]) => logLoss(a, b, { labels: [0, 1, 2] }),
        truth,
        probabilities,
        options,
      ),
    );
    assert.match(text, /^Scores\n +value {2}90 % from +to\n/);
  });

  it("has the same intervals as with the metric functions given, for all scores, also where classes are missing", () => {
    const some = predictionsOf(40, 12);
    const labels = Array.from({ length: 12 }, (_, i) => i);
    const macro = { average: "macro", labels } as const;
    const metrics: Record<string, ScoreFunction> = {
      accuracy: (a, b) => accuracy(a, b),
      "balanced accuracy": (a, b) => balancedAccuracy(a, b),
      "precision, macro": (a, b) => precision(a, b, macro),
      "recall, macro": (a, b) => recall(a, b, macro),
      "F1 score, macro": (a, b) => f1Score(a, b, macro),
      "log loss": (a, _, rows) => logLoss(a, rows, { labels }),
      "expected calibration error": (a, _, rows) => expectedCalibrationError(a, rows, { labels }),
    };
    const options = { resamples: 60, seed: 2 };
    assert.deepEqual(metricTable(some, options).data, metricTable(some, { ...options, metrics }).data);
  });

  it("takes metrics of one's own, and a dash where one has no value", () => {
    const metrics = {
      "ROC AUC": (labels: number[], _: number[], rows: (readonly number[])[]) =>
        rocAuc(
          labels,
          rows.map((row) => row[1] ?? 0),
        ),
    };
    const two = predictionsOf(60, 2);
    const { data } = metricTable(two, { metrics, resamples: 50 });
    const scores = two.probabilities.map((row) => row[1] ?? 0);
    assert.deepEqual(data["ROC AUC"]?.value, rocAuc(Array.from(two.yTrue), scores));
    const one = metricTable({ yTrue: [0, 0], probabilities: [0.1, 0.2] }, { metrics, resamples: 10 });
    assert.match(one.text, /\nROC AUC {6}–/);
  });

  it("shows itself as a table without script or colours, and as text", () => {
    const table = metricTable(evaluation, { resamples: 10, title: "A < B" });
    const show = (table as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
    const bundle = show?.call(table) ?? {};
    assert.deepEqual(Object.keys(bundle), ["text/html", "text/plain"]);
    assert.match(bundle["text/html"] ?? "", /^<table><caption[^>]*>A &lt; B<\/caption>/);
    assert.doesNotMatch(bundle["text/html"] ?? "", /<script|color:|background/);
    assert.equal(bundle["text/plain"], table.text);
  });

  it("takes fewer resamples of many samples", () => {
    const { text } = metricTable(predictionsOf(2000, 2), { metrics: { accuracy: (a, b) => accuracy(a, b) } });
    assert.match(text, /\n2,000 samples; intervals by the bootstrap, 250 resamples$/);
  });

  it("takes 100,000 samples of 100 classes, in seconds", function () {
    const many = predictionsOf(100_000, 100);
    this.timeout(240_000);
    const start = process.cpuUsage();
    const { text, cells } = metricTable(many);
    // Of this process, whatever else the machine does; the machine's own speed is not known.
    const seconds = process.cpuUsage(start).user / 1e6;
    assert.ok(seconds < 40, `${seconds} s`);
    assert.equal(cells.length, 7);
    assert.match(text, /\n100,000 samples; intervals by the bootstrap, 100 resamples$/);
  });

  it("says what is wrong with its input", () => {
    const draw = metricTable as (evaluation: unknown, options?: object) => unknown;
    const bad: [evaluation: unknown, options: object, message: RegExp][] = [
      [{}, {}, /^invalid evaluation; expected an evaluation of ml.evaluate, or \{ yTrue, probabilities \}: an object$/],
      [evaluation, { metrics: {} }, /^invalid metrics; expected functions of yTrue, yPred and probabilities, by name/],
      [evaluation, { metrics: { a: 1 } }, /^invalid metrics.a; expected a function of yTrue/],
      [evaluation, { resamples: 1 }, /^invalid resamples; expected a whole number from 2 to 100000: 1$/],
      [evaluation, { confidence: 95 }, /^invalid confidence; expected a number in \(0, 1\): 95$/],
    ];
    for (const [given, options, message] of bad) assert.throws(() => draw(given, options), { message });
  });
});
