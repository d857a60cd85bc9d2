// How a sender without end is slowed down.
import assert from "node:assert/strict";
import { Pace } from "../../../kernel/worker/pace.js";

describe("pace", () => {
  it("lets a burst go at once, and then so much a second", () => {
    const pace = new Pace({ burst: 100, perSecond: 1000 });
    const startedAt = performance.now();
    for (let n = 0; n < 300; n += 1) pace.take(1);
    // 200 beyond the burst; a busy machine takes longer.
    assert.ok(performance.now() - startedAt >= 190);
  });

  it("sleeps as long for one large piece as for many small ones", () => {
    const pace = new Pace({ burst: 10, perSecond: 1000 });
    const startedAt = performance.now();
    pace.take(60);
    assert.ok(performance.now() - startedAt >= 45);
  });
});
