import assert from "node:assert/strict";
import { classificationReport } from "../../../lib/metrics/index.js";
import { bars } from "../../../lib/plot/index.js";
import { predictionsOf } from "./evaluation-gallery.js";

describe("plot: bars", () => {
  const { yTrue, probabilities } = predictionsOf(200, 3);
  const yPred = probabilities.map((row) => row.indexOf(Math.max(...row)));
  const report = classificationReport(yTrue, yPred, { classNames: ["cat", "dog", "owl"] });

  it("draws precision, recall and F1 score as the report has them", () => {
    const { data, spec, text } = bars(report);
    assert.deepEqual(data.series, ["precision", "recall", "F1 score"]);
    assert.deepEqual(
      data.values,
      report.classes.map(({ precision, recall, f1Score }) => [precision, recall, f1Score]),
    );
    const { values } = spec.data as { values: { name: string; series: string; value: number }[] };
    assert.equal(values.length, 9);
    assert.deepEqual(
      values.map(({ value }) => value),
      data.values.flat().map((value) => Number(value.toPrecision(6))),
    );
    assert.match(text, /^Scores by class\n {5}precision {2}recall {2}F1 score\ncat {2}/);
  });

  it("takes an evaluation, with its own predictions", () => {
    const evaluation = { yTrue, yPred, probabilities, classNames: ["cat", "dog", "owl"] };
    assert.deepEqual(bars(evaluation).data, bars(report).data);
  });

  it("draws the F1 scores of many classes", () => {
    const many = predictionsOf(300, 30);
    const { data } = bars(many, { sort: "ascending" });
    assert.deepEqual(data.series, ["F1 score"]);
    const shown = data.values.flat();
    assert.deepEqual(
      shown,
      shown.toSorted((a, b) => a - b),
    );
    assert.equal(shown.length, 30);
  });

  it("draws any numbers by name, sorted if asked, those that are none last", () => {
    const times = { wasm: 12, eager: 80.25, cpu: Number.NaN, native: 3 };
    assert.deepEqual(bars(times).data.names, ["wasm", "eager", "cpu", "native"]);
    assert.deepEqual(bars(times, { sort: "ascending" }).data.names, ["native", "wasm", "eager", "cpu"]);
    const { data, text } = bars(times, { sort: "descending", label: "ms", title: "Time a step" });
    assert.deepEqual(data.names, ["eager", "wasm", "native", "cpu"]);
    assert.match(text, /^Time a step\n {11}ms\neager {3}80.25\nwasm {7}12\nnative {6}3\ncpu {9}–$/);
  });

  it("has ticks at whole numbers where it counts", () => {
    const axisOf = (values: Record<string, number>) => {
      const [{ encoding }] = bars(values).spec.layer as [{ encoding: { x: { axis: Record<string, unknown> } } }];
      return encoding.x.axis;
    };
    assert.deepEqual(axisOf({ a: 1, b: 2 }).values, [0, 1, 2]);
    assert.equal(axisOf({ a: 12, b: 40 }).tickMinStep, 1);
    assert.deepEqual([axisOf({ a: 1, b: 1.5 }).values, axisOf({ a: 1, b: -2 }).values], [undefined, undefined]);
  });

  it("says how many it leaves out", () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`name ${i}`, i]));
    assert.equal(bars(many).data.names.length, 100);
    assert.match(bars(many).text, /\nthe first 100 of 1,500 are drawn$/);
  });

  it("says what is wrong with its input", () => {
    const draw = bars as (values: unknown, options?: object) => unknown;
    const bad: [values: unknown, options: object, message: RegExp][] = [
      [{}, {}, /^invalid values; expected a report, an evaluation, or numbers by name: an object$/],
      [[1, 2], {}, /^invalid values; expected a report, an evaluation, or numbers by name: \[1, 2\]$/],
      [{ a: 1, b: "2" }, {}, /^invalid values.b; expected a number: "2"$/],
      [{ a: { p: 1, q: 2 }, b: { p: 1 } }, {}, /^invalid values.b.q; expected a number: undefined$/],
      [{ a: Number.NaN }, {}, /^invalid values; expected at least one finite number: \[NaN\]$/],
      [{ a: 1 }, { sort: "up" }, /^invalid sort; expected one of undefined, "ascending", "descending": "up"$/],
    ];
    for (const [values, options, message] of bad) assert.throws(() => draw(values, options), { message });
  });
});
