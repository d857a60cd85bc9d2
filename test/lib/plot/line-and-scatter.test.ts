import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { line, scatter } from "../../../lib/plot/index.js";
import { bell } from "./gallery.js";

interface Row {
  x: number;
  y: number | null;
  series?: string;
  label?: string;
}

const rowsOf = ({ spec }: { spec: object }) => (spec as { data: { values: Row[] } }).data.values;

describe("plot: line", () => {
  before(() => ready());

  it("draws each number in its place", () => {
    const y = tf.tensor1d([3, 1, 2]);
    assert.deepEqual(rowsOf(line(y)), [
      { x: 0, y: 3 },
      { x: 1, y: 1 },
      { x: 2, y: 2 },
    ]);
    y.dispose();
    assert.deepEqual(rowsOf(line({ a: [5], b: [6] }, { x: [0.5] })), [
      { series: "a", x: 0.5, y: 5 },
      { series: "b", x: 0.5, y: 6 },
    ]);
  });

  it("joins the points in the order of x", () => {
    assert.deepEqual(
      rowsOf(line([1, 2, 3], { x: [3, 1, 2] })).map(({ x }) => x),
      [1, 2, 3],
    );
  });

  it("leaves a gap where a number is missing", () => {
    const chart = line([1, Number.NaN, 3]);
    assert.deepEqual(
      rowsOf(chart).map(({ y }) => y),
      [1, null, 3],
    );
    assert.match(chart.text, /3 points, 1 of them not finite, 1 to 3, first 1, last 3/);
  });

  it("keeps the peaks of what is too long to be drawn whole, and says so", () => {
    const y = bell(100_000, 1);
    y[31_415] = 50;
    y[92_653] = -50;
    y[0] = Number.NaN;
    const chart = line(y);
    const rows = rowsOf(chart);
    assert.ok(rows.length <= 800 && rows.length > 700, String(rows.length));
    assert.ok(rows.some((row) => row.x === 31_415 && row.y === 50));
    assert.ok(rows.some((row) => row.x === 92_653 && row.y === -50));
    assert.deepEqual([rows[0]?.x, rows.at(-1)?.x], [0, 99_999]);
    assert.match(chart.text, new RegExp(`${rows.length} of 100,000 points are drawn`));
    assert.equal(chart.data.series[0]?.y.length, 100_000);
  });

  it("says what is wrong with its input", () => {
    const draw = line as (y: unknown, options?: object) => unknown;
    const bad: [y: unknown, options: object, message: RegExp][] = [
      [[], {}, /^invalid y; expected at least one finite number: \[\]/],
      [[1, 2], { x: [1] }, /^invalid x; expected 2 numbers, one a y: \[1\]/],
      [[1], { x: [Number.NaN] }, /^invalid x\[0\]; expected a finite number: NaN/],
      [[1], { tite: "a" }, /did you mean title\?/],
      [[1], { yTitle: 2 }, /^invalid yTitle; expected text: 2/],
    ];
    for (const [y, options, message] of bad) assert.throws(() => draw(y, options), { message });
  });
});

describe("plot: scatter", () => {
  it("draws each point, and tells the classes apart", () => {
    const chart = scatter([1, 2], [3, 4], { labels: ["cat", "dog"] });
    assert.deepEqual(rowsOf(chart), [
      { x: 1, y: 3, label: "cat" },
      { x: 2, y: 4, label: "dog" },
    ]);
    assert.equal(chart.text, "Scatter plot: 2 points, x 1 to 2, y 3 to 4\ncat: 1, dog: 1");
  });

  it("leaves out what is not finite, and says so", () => {
    const chart = scatter([1, Number.NaN, 3], [1, 2, Number.POSITIVE_INFINITY]);
    assert.equal(rowsOf(chart).length, 1);
    assert.match(chart.text, /2 not finite left out/);
  });

  it("draws an even sample of very many, and says so", () => {
    const chart = scatter(bell(5000, 1), bell(5000, 2));
    assert.equal(rowsOf(chart).length, 1200);
    assert.match(JSON.stringify(chart.spec.title), /1200 of 5,000 points are drawn/);
  });

  it("gives the rarest of too many classes one colour, and orders numbers by size", () => {
    const labels = Array.from({ length: 250 }, (_, i) => (i < 200 ? i % 20 : 10));
    const { text } = scatter(bell(250, 1), bell(250, 2), { labels });
    assert.match(text, /^0: 10, 1: 10, 2: 10/m);
    assert.match(text, /9: 10, 10: 60, 11: 10.*\(others\): 10$/m);
  });

  it("says what is wrong with its input", () => {
    const draw = scatter as (x: unknown, y: unknown, options?: object) => unknown;
    const bad: [x: unknown, y: unknown, options: object, message: RegExp][] = [
      [[], [], {}, /^invalid x, y; expected at least one finite point: \[\]/],
      [[1], [1, 2], {}, /^invalid y; expected 1 numbers, one an x: \[1, 2\]/],
      [[1], [1], { labels: [] }, /^invalid labels; expected 1 labels, one a point: \[\]/],
      [[1], [1], { labels: [{}] }, /^invalid labels\[0\]; expected a name: an object/],
    ];
    for (const [x, y, options, message] of bad) assert.throws(() => draw(x, y, options), { message });
  });
});
