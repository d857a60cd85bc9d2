// What the benchmark says about figures: quantiles, verdicts, ratios. The figures here are made up.
import assert from "node:assert/strict";
import { judge } from "./bars.js";
import type { Outcome, Row } from "./measure.js";
import { median, quantile } from "./statistics.js";
import { table } from "./table.js";

function row(key: string, outcomes: Row["outcomes"], unit: Row["unit"] = "ms"): Row {
  return { key, label: key, unit, outcomes };
}

function measured(...values: number[]): Outcome {
  return { measured: values };
}

function verdicts(rows: Row[]): [bar: string, holds: boolean | undefined][] {
  return judge(rows).map(({ bar, holds }) => [bar, holds]);
}

describe("bench:kernel's report", () => {
  it("takes quantiles by nearest rank", () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    assert.equal(quantile(values, 0.95), 95);
    assert.equal(median(values), 50);
    assert.equal(quantile([7], 0.95), 7);
    assert.throws(() => quantile([], 0.5), /invalid values/);
    assert.throws(() => quantile([1], 95), /invalid q/);
  });

  it("holds our medians against ipykernel's", () => {
    const start = (ours: number) =>
      row("start-ready", { cellgrad: measured(ours), ipykernel: measured(400, 500, 9000) });
    const bar = "start to ready at or below ipykernel's";
    assert.deepEqual(verdicts([start(500)]), [[bar, true]]);
    assert.deepEqual(verdicts([start(501)]), [[bar, false]]);
    assert.deepEqual(verdicts([row("start-ready", { cellgrad: measured(1) })]), [[bar, undefined]]);
    assert.deepEqual(verdicts([row("start-ready", { cellgrad: { absent: "fails" }, ipykernel: measured(1) })]), [
      [bar, false],
    ]);
    assert.deepEqual(verdicts([row("start-ready", { cellgrad: measured(1), ipykernel: { absent: "fails" } })]), [
      [bar, undefined],
    ]);
  });

  it("asks for a checked cell with tf at a quarter of tslab's", () => {
    const cell = (ms: number, note: string) =>
      judge([row("tf-cell", { cellgrad: { measured: [ms], note }, tslab: measured(100) })])[0]?.holds;
    assert.equal(cell(25, "checked"), true);
    assert.equal(cell(26, "checked"), false);
    assert.equal(cell(1, "not checked"), false);
  });

  it("takes the worse of two completions", () => {
    const completion = (plain: number, tf: number) =>
      judge([row("complete-plain", { cellgrad: measured(plain) }), row("complete-tf", { cellgrad: measured(tf) })])[0]
        ?.holds;
    assert.equal(completion(50, 50), true);
    assert.equal(completion(3, 51), false);
    assert.equal(completion(51, 3), false);
  });

  it("asks for every stopped cell's state", () => {
    const stop = (ms: number, note: string) =>
      judge([row("interrupt", { cellgrad: { measured: [1, ms], note } })])[0]?.holds;
    assert.equal(stop(300, "100/100"), true);
    assert.equal(stop(301, "100/100"), false);
    assert.equal(stop(3, "99/100"), false);
  });

  it("shows medians, what is absent, and how many times longer the others take", () => {
    const rows = [
      row("plain", { cellgrad: measured(2, 2, 9), tslab: measured(20), deno: { absent: "fails" } }),
      row("memory", { cellgrad: { measured: [100], note: "3 processes" }, tslab: measured(50) }, "MB"),
    ];
    const lines = table(rows, ["cellgrad", "tslab", "deno"]).split("\n");
    assert.match(lines[0] ?? "", /^median \(p95\) +cellgrad +tslab +deno +tslab ÷ us +deno ÷ us$/);
    assert.match(lines[2] ?? "", /^plain +2\.0 ms \(9\.0 ms\) +20 ms +fails +×10\.00 +–$/);
    assert.match(lines[3] ?? "", /^memory +100 MB, 3 processes +50 MB +– +×0\.50 +–$/);
  });
});
