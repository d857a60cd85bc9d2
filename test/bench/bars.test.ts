// A benchmark's bars: which ratios meet them, and that a contender which did not answer meets none.
import assert from "node:assert/strict";
import { Bars, medianRatio } from "./bars.js";

describe("a benchmark's bars", () => {
  it("are met by the median of the rounds' ratios", () => {
    assert.equal(medianRatio([10, 30, 24], [10, 20, 20]), 1.2);
    const bars = new Bars();
    assert.equal(bars.judge("a", 1.2, 1.2), "met");
    assert.deepEqual(bars.missed, []);
    assert.equal(bars.judge("b", 1.19, 1.2), "NOT met");
    assert.deepEqual(bars.missed, ["b: 1.19, bar 1.2"]);
  });

  it("are not met where one side did not answer", () => {
    const bars = new Bars();
    assert.equal(bars.judge("ours", medianRatio([0, 0, 0], [10, 10, 10]), 1.1), "NOT met");
    assert.equal(bars.judge("theirs", medianRatio([10, 10, 10], [10, 0, 10]), 1.1), "NOT met");
    assert.equal(bars.judge("nobody", medianRatio([], []), 1.1), "NOT met");
    assert.equal(bars.missed.length, 3);
  });
});
