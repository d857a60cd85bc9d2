// Where metrics take more than scikit-learn's: typed arrays and float32, classes that a test set lacks, columns in any
// order, two columns for two classes; and the types of the results.
import assert from "node:assert/strict";
import * as metrics from "../../../lib/metrics/index.js";

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} ${expected}`);

describe("metrics beyond the reference", () => {
  const yTrue = Uint8Array.of(0, 2, 2, 0, 3);
  const probabilities = [
    [0.7, 0.1, 0.1, 0.1],
    [0.1, 0.2, 0.6, 0.1],
    [0.5, 0.1, 0.3, 0.1],
    [0.4, 0.3, 0.2, 0.1],
    [0.1, 0.1, 0.1, 0.7],
  ];

  it("labels 0 … C - 1 need not all occur", () => {
    const named = { labels: [0, 1, 2, 3] };
    const expected = -(Math.log(0.7) + Math.log(0.6) + Math.log(0.3) + Math.log(0.4) + Math.log(0.7)) / 5;
    close(metrics.logLoss(yTrue, probabilities), expected);
    close(metrics.logLoss(yTrue, probabilities, named), expected);
    close(metrics.topKAccuracy(yTrue, probabilities, { k: 1 }), 0.8);
    close(metrics.topKAccuracy(yTrue, probabilities, { k: 2 }), 1);
    close(
      metrics.rocAuc(yTrue, probabilities, { multiClass: "ovr", average: "weighted" }),
      (2 * (5 / 6) + 2 * 1 + 1) / 5,
    );
    assert.throws(() => metrics.rocAuc(yTrue, probabilities, { multiClass: "ovr" }), metrics.UndefinedMetricError);
    close(metrics.rocAuc(yTrue, probabilities, { multiClass: "ovo" }), 1 - 1 / 4 / 2 / 3);
  });

  it("a batch need not hold all classes", () => {
    const running = metrics.streaming.logLoss();
    for (const [i, label] of yTrue.entries()) running.update([label], [probabilities[i] ?? []]);
    close(running.compute(), metrics.logLoss(yTrue, probabilities));
  });

  it("labels name the columns in their order", () => {
    const names = ["ship", "cat", "frog", "dog"];
    const truth = Array.from(yTrue, (label) => names[label] ?? "");
    close(metrics.logLoss(truth, probabilities, { labels: names }), metrics.logLoss(yTrue, probabilities));
    close(metrics.topKAccuracy(truth, probabilities, { labels: names, k: 1 }), 0.8);
    close(
      metrics.expectedCalibrationError(truth, probabilities, { labels: names }),
      metrics.expectedCalibrationError(yTrue, probabilities),
    );
  });

  it("float32 probabilities of 1,000 classes add up to 1", () => {
    const logits = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * 12.9898) * 8);
    const exponents = logits.map(Math.exp);
    const total = exponents.reduce((sum, value) => sum + value, 0);
    const row = exponents.map((value) => value / total);
    assert.ok(metrics.logLoss(Int32Array.of(5, 7), [row, row]) > 0);
  });

  it("two columns for two classes: the second one", () => {
    const scores = [0.1, 0.4, 0.35, 0.8];
    const rows = scores.map((score) => [1 - score, score]);
    assert.equal(metrics.rocAuc([0, 0, 1, 1], scores), 0.75);
    assert.equal(metrics.rocAuc([0, 0, 1, 1], rows), 0.75);
    assert.deepEqual(metrics.rocCurve([0, 0, 1, 1], rows), metrics.rocCurve([0, 0, 1, 1], scores));
    assert.deepEqual(
      metrics.precisionRecallCurve([0, 0, 1, 1], rows),
      metrics.precisionRecallCurve([0, 0, 1, 1], scores),
    );
    close(metrics.logLoss([0, 0, 1, 1], rows), metrics.logLoss([0, 0, 1, 1], scores));
  });

  it("rocCurve of one class against all others", () => {
    const column = probabilities.map((row) => row[2] ?? 0);
    const { fpr, tpr, thresholds } = metrics.rocCurve(yTrue, column, { posLabel: 2 });
    assert.deepEqual([fpr.at(-1), tpr.at(-1), thresholds[0]], [1, 1, Number.POSITIVE_INFINITY]);
  });

  it("calibration says how many samples a bin has", () => {
    const { probTrue, probPred, counts } = metrics.calibrationCurve([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.7], { bins: 2 });
    assert.deepEqual(
      [probTrue, probPred.map((p) => p.toFixed(3)), counts],
      [
        [0, 2 / 3],
        ["0.100", "0.800"],
        [1, 3],
      ],
    );
  });

  it("the type of a result follows the average", () => {
    const one: number = metrics.precision([0, 1], [0, 1]);
    const mean: number = metrics.recall(["a", "b"], ["a", "a"], { average: "macro" });
    const each: number[] = metrics.f1Score(["a", "b"], ["a", "a"], { average: "none" });
    const areas: number[] = metrics.rocAuc(
      [0, 1, 2],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      { multiClass: "ovr", average: "none" },
    );
    const errors: number[] = metrics.meanSquaredError([[1, 2]], [[1, 4]], { multiOutput: "rawValues" });
    const rows: number[][] = metrics.confusionMatrix([0, 1], [0, 1]);
    const running: number[] = metrics.streaming.precision({ average: "none" }).update([0, 1], [0, 1]).compute();
    assert.deepEqual(
      [one, mean, each, areas, errors, rows.length, running],
      [1, 0.5, [2 / 3, 0], [1, 1, 1], [0, 4], 2, [1, 1]],
    );
  });
});
