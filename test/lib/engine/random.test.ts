// The generator against numbers of an independent implementation (of the published C code, in Python).
import assert from "node:assert/strict";
import { mixSeeds, seedOrRandom, Xoshiro128 } from "../../../lib/engine/random.js";

describe("random numbers", () => {
  it("are xoshiro128**'s", () => {
    const random = new Xoshiro128(42);
    const first = Array.from({ length: 5 }, () => random.next());
    assert.deepEqual(first, [2837322924, 544945897, 479756282, 3500138142, 339756180]);
  });

  it("are uniform below any size", () => {
    const random = new Xoshiro128(1);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const value = random.below(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    // χ² with 6 degrees of freedom: above 22.5 once in a thousand.
    assert.ok(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0) < 22.5);
  });

  it("come from seeds that share nothing with their neighbours", () => {
    const seeds = new Set<number>();
    for (let a = 0; a < 100; a++) for (let b = 0; b < 100; b++) seeds.add(mixSeeds(a, b));
    assert.ok(seeds.size >= 9998);
    assert.notEqual(mixSeeds(1, 2), mixSeeds(2, 1));
    assert.ok(Number.isInteger(seedOrRandom(undefined)));
    assert.throws(() => seedOrRandom(1.5), /invalid seed; expected a whole number in \[0, 2³²\): 1.5/);
  });
});
