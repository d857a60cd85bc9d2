// Outputs that exist twice: the copy's memory is given back at once, and what nobody has otherwise is kept.
import assert from "node:assert/strict";
import { releaseCopies } from "../../../../lib/engine/jit/released-copies.js";

describe("copies of outputs", () => {
  it("are given back, and the caller's own tensors take their places", () => {
    const own = { data: new Float32Array(1000) };
    const copy = { data: new Float32Array(1000) };
    const results: Record<string, object> = { next: copy };
    releaseCopies(results, { next: own });
    assert.equal(copy.data.byteLength, 0);
    assert.equal(results.next, own);
    assert.equal(own.data.length, 1000);
  });

  it("are none where the output is new, the same array, or not there", () => {
    const loss = { data: Float32Array.of(3) };
    const shared = new Float32Array(8);
    const results: Record<string, object> = { loss, same: { data: shared.subarray(0, 4) } };
    releaseCopies<object>(results, { loss: null, same: { data: shared.subarray(4) }, other: { data: shared } });
    assert.deepEqual([...loss.data], [3]);
    assert.equal(results.loss, loss);
    assert.equal(shared.length, 8);
  });

  it("leave no bytes behind that the garbage collector has to find", () => {
    const own = { data: new Float32Array(1) };
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200; i++) {
      const results: Record<string, object> = { next: { data: new Float32Array(2 ** 20) } };
      releaseCopies(results, { next: own });
    }
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 200 * 2 ** 20, `${grown} bytes`);
  });
});
