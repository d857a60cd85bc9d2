// The threshold explorer: its numbers are those of ml.metrics at every threshold, and its slider moves them without a kernel.
import assert from "node:assert/strict";
import * as vega from "vega";
import * as vegaLite from "vega-lite";
import { accuracy, confusionMatrix, f1Score, precision, recall } from "../../../lib/metrics/index.js";
import { thresholds } from "../../../lib/plot/index.js";
import { predictionsOf } from "./evaluation-gallery.js";

describe("plot: thresholds", () => {
  const { yTrue, probabilities } = predictionsOf(300, 2);
  const scores = probabilities.map(([, probability = 0]) => probability);
  const truth = Array.from(yTrue);

  it("has the scores and counts of ml.metrics at every threshold", () => {
    const { data } = thresholds({ yTrue, probabilities });
    assert.equal(data.rows.length, 101);
    for (const { threshold, scores: shown, counts } of data.rows) {
      const predicted = scores.map((score) => Number(score >= threshold));
      if (predicted.includes(1)) assert.equal(shown.precision, precision(truth, predicted));
      else assert.equal(shown.precision, undefined);
      assert.equal(shown.recall, recall(truth, predicted));
      assert.ok(Math.abs((shown["F1 score"] ?? 9) - f1Score(truth, predicted)) < 1e-12);
      const [passed, alarms, missed, found] = confusionMatrix(truth, predicted, { labels: [0, 1] }).flat();
      assert.deepEqual(Object.values(counts), [found, missed, alarms, passed]);
    }
    const best = data.rows.reduce((a, b) => ((b.scores["F1 score"] ?? 0) > (a.scores["F1 score"] ?? 0) ? b : a));
    assert.deepEqual(data.best, { threshold: best.threshold, f1Score: best.scores["F1 score"] });
  });

  it("moves with its slider, without a kernel", async () => {
    const { spec, data } = thresholds({ yTrue, probabilities });
    const params = spec.params as { bind: { input: string } }[];
    assert.equal(params[0]?.bind.input, "range");
    const view = new vega.View(vega.parse(vegaLite.compile(spec as never).spec), { renderer: "none" });
    try {
      for (const at of [50, 80, 29, 7, 0, 100]) {
        const svg = await view.signal("threshold", Number((at / 100).toFixed(2))).toSVG();
        const row = data.rows[at];
        const said = Object.entries(row?.scores ?? {}).map(([name, value]) => `${name} ${value?.toFixed(3) ?? "–"}`);
        assert.ok(svg.includes(`at ${(at / 100).toFixed(2)}:  ${said.join(",  ")}`), svg.match(/at [^<]*/)?.[0]);
        for (const count of Object.values(row?.counts ?? {}))
          assert.ok(svg.includes(`>${count}</text>`), String(count));
      }
    } finally {
      view.finalize();
    }
  });

  it("takes a class against the rest by its name, and confidence where none is named", () => {
    const many = predictionsOf(200, 4);
    const evaluation = { ...many, classNames: ["a", "b", "c", "d"] };
    const { data } = thresholds(evaluation, { posLabel: "c" });
    const predicted = many.probabilities.map((row) => Number((row[2] ?? 0) >= 0.3));
    const isMember = Array.from(many.yTrue, (label) => Number(label === 2));
    assert.equal(data.rows[30]?.scores.recall, recall(isMember, predicted));
    const confidence = thresholds(evaluation).data.rows[40];
    const best = many.probabilities.map((row) => row.indexOf(Math.max(...row)));
    const kept = Array.from(many.yTrue.length ? best.keys() : []).filter(
      (i) => Math.max(...(many.probabilities[i] ?? [])) >= 0.4,
    );
    assert.equal(confidence?.scores["share kept"], kept.length / 200);
    assert.equal(
      confidence?.scores["accuracy of the kept"],
      accuracy(
        kept.map((i) => many.yTrue[i] ?? 0),
        kept.map((i) => best[i] ?? 0),
      ),
    );
  });

  it("says what is wrong with its input", () => {
    const draw = thresholds as (predictions: unknown, options?: object) => unknown;
    assert.throws(() => draw([0, 1]), /invalid predictions; expected an evaluation of ml.evaluate, or \{ yTrue, prob/);
    assert.throws(
      () => draw({ yTrue, probabilities, classNames: ["no", "yes"] }, { posLabel: "maybe" }),
      /invalid posLabel; expected a class, one of "no", "yes": "maybe"/,
    );
  });
});
