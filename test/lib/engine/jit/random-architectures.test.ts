// Compiled equals eager for many nets that nobody chose: random layers, sizes, dropout; 20 steps each.
import assert from "node:assert/strict";
import { useBackend } from "../../../../lib/engine/backend.js";
import { trainRandomNet } from "./random-net.js";

describe("compiled equals eager for random architectures", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (let first = 0; first < 100; first += 10)
    it(`seeds ${first} to ${first + 9}`, async () => {
      for (let seed = first; seed < first + 10; seed++) {
        const [eager, compiled] = [await trainRandomNet(seed, "eager"), await trainRandomNet(seed, "compiled")];
        for (const [i, loss] of compiled.entries()) {
          const expected = eager[i] ?? Number.NaN;
          assert.ok(
            Math.abs(loss - expected) <= 1e-4 * Math.max(1, Math.abs(expected)),
            `net ${seed}, step ${i}: ${loss}, eager ${expected}`,
          );
        }
      }
    });
});
