import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { histogram } from "../../../lib/plot/index.js";
import { bell } from "./gallery.js";

interface Case {
  values: number[];
  options: { bins?: number; range?: [number, number] };
  counts: number[];
  edges: number[];
  density: number[];
  mean: number;
  std: number;
}

const fixture = new URL("../../../../test/fixtures/plot/histogram.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as { cases: Record<string, Case> };

interface Bar {
  from: number;
  to: number;
  count: number;
  density: number;
}

const barsOf = ({ spec }: { spec: object }) => (spec as { data: { values: Bar[] } }).data.values;

describe("plot: histogram", () => {
  before(() => ready());

  for (const [name, { values, options, counts, edges, density, mean, std }] of Object.entries(cases)) {
    it(`is numpy's: ${name}`, () => {
      const chart = histogram(values, options);
      const [series] = chart.data.series;
      assert.deepEqual(series?.counts, counts);
      assert.deepEqual(
        barsOf(chart).map(({ count }) => count),
        counts,
      );
      assert.equal(chart.data.edges.length, edges.length);
      edges.forEach((edge, i) => {
        assert.ok(Math.abs(edge - (chart.data.edges[i] ?? Number.NaN)) <= 1e-12 * (1 + Math.abs(edge)));
      });
      assert.ok(Math.abs((series?.mean ?? Number.NaN) - mean) < 1e-12);
      assert.ok(Math.abs((series?.std ?? Number.NaN) - std) < 1e-12);
      barsOf(histogram(values, { ...options, density: true })).forEach((bar, i) => {
        assert.ok(Math.abs(bar.density - (density[i] ?? Number.NaN)) <= 1e-5 * (density[i] ?? 0));
      });
    });
  }

  it("takes tensors and typed arrays as lists", () => {
    const values = bell(50, 1);
    const tensor = tf.tensor2d(values, [5, 10]);
    const float32 = histogram(Float32Array.from(values));
    assert.deepEqual(histogram(tensor).data.series[0]?.counts, float32.data.series[0]?.counts);
    tensor.dispose();
  });

  it("has the same bins for all series, and tells how they are called", () => {
    const chart = histogram({ train: [0, 1, 2, 3], test: [10] }, { bins: 2 });
    assert.deepEqual(chart.data.edges, [0, 5, 10]);
    assert.deepEqual(
      chart.data.series.map(({ name, counts }) => [name, counts]),
      [
        ["train", [4, 0]],
        ["test", [0, 1]],
      ],
    );
    assert.match(chart.text, /train: 4 values, 0 to 3, mean 1.5, standard deviation 1.118/);
  });

  it("writes a density in full, 10 rather than 1e+1", async () => {
    const svg = await histogram([0.05, 0.06], { density: true, bins: 10, range: [0, 1] }).toSVG();
    assert.match(svg, />10</);
    assert.doesNotMatch(svg, />1e\+1</);
  });

  it("says what it leaves out", () => {
    const chart = histogram([Number.NaN, 1, 2, Number.POSITIVE_INFINITY]);
    assert.match(chart.text, /^Histogram: 2 values, 1 to 2, .*; 1 not a number and 1 infinite left out$/m);
    assert.match(JSON.stringify(chart.spec.title), /1 not a number and 1 infinite left out/);
  });

  it("has room for numbers that differ in their last digit only", () => {
    const chart = histogram([1, 1 + Number.EPSILON, 1 + 2 * Number.EPSILON], { bins: 50 });
    assert.deepEqual(chart.data.series[0]?.counts, [3]);
  });

  it("says what is wrong with its input", () => {
    const draw = histogram as (values: unknown, options?: object) => unknown;
    const bad: [values: unknown, options: object, message: RegExp][] = [
      [[], {}, /^invalid values; expected at least one finite number: \[\]/],
      [[Number.NaN], {}, /^invalid values; expected at least one finite number: \[NaN\]/],
      [["1"], {}, /^invalid values\[0\]; expected a number: "1"/],
      [undefined, {}, /^invalid values; expected numbers: an array, a typed array or a tensor: undefined/],
      [{}, {}, /^invalid values; expected numbers, or 1 to 7 lists of numbers by name: \[\]/],
      [{ a: 1 }, {}, /^invalid values.a; expected numbers: an array, a typed array or a tensor: 1/],
      [[1], { bins: 0 }, /^invalid bins; expected a whole number from 1 to 200: 0/],
      [[1], { range: [2, 1] }, /^invalid range\[1\]; expected a finite number above 2: 1/],
      [[-1e308, 1e308], {}, /^invalid values; expected numbers that are less than 1.8e308 apart/],
      [[1], { xTitle: 1 }, /^invalid xTitle; expected text: 1/],
    ];
    for (const [values, options, message] of bad) assert.throws(() => draw(values, options), { message });
  });
});
