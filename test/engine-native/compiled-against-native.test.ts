// The compiled step equals what TensorFlow itself computes: losses of random architectures on the native backend, eager there, against
// the compiled graph in onnxruntime. Run by run.ts, which builds that backend.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../lib/engine/backend.js";
import { trainRandomNet } from "../lib/engine/jit/random-net.js";

describe("compiled equals TensorFlow's own eager steps", () => {
  before(async () => {
    await ready();
    assert.equal(tf.getBackend(), "tensorflow");
  });

  for (let first = 0; first < 100; first += 10)
    it(`seeds ${first} to ${first + 9}`, async () => {
      for (let seed = first; seed < first + 10; seed++) {
        const native = await trainRandomNet(seed, "eager");
        const compiled = await trainRandomNet(seed, "compiled");
        assert.equal(compiled.length, 20);
        for (const [i, loss] of compiled.entries()) {
          const expected = native[i] ?? Number.NaN;
          assert.ok(
            Math.abs(loss - expected) <= 1e-4 * Math.max(1, Math.abs(expected)),
            `net ${seed}, step ${i}: ${loss}, TensorFlow ${expected}`,
          );
        }
      }
    });
});
