// Which points a search tries: distributions within their bounds and with the shape that they promise, grids in order, draws by the seed.
import assert from "node:assert/strict";
import { Xoshiro128 } from "../../../lib/engine/random.js";
import { draw } from "../../../lib/tuning/distributions.js";
import { choice, float, int } from "../../../lib/tuning/index.js";
import { checkSpace, drawnFrom, gridOf } from "../../../lib/tuning/space.js";

function sample(distribution: ReturnType<typeof float | typeof int | typeof choice>, count = 4000): unknown[] {
  const random = new Xoshiro128(3);
  return Array.from({ length: count }, () => draw(distribution, random));
}

describe("tuning: spaces", () => {
  it("draws floats within their bounds, uniformly, or uniformly in the logarithm", () => {
    const plain = sample(float(-1, 3)) as number[];
    assert.ok(plain.every((value) => value >= -1 && value <= 3));
    assert.ok(Math.abs(plain.filter((value) => value < 0).length / plain.length - 0.25) < 0.03);
    const log = sample(float(1e-4, 1, { log: true })) as number[];
    assert.ok(log.every((value) => value >= 1e-4 && value <= 1));
    // Two of four decades.
    assert.ok(Math.abs(log.filter((value) => value < 1e-2).length / log.length - 0.5) < 0.03);
    assert.deepEqual(
      new Set(sample(float(0, 1, { step: 0.1 }))),
      new Set([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
    );
  });

  it("draws whole numbers, each end as often as the middle", () => {
    const counts = new Map<unknown, number>();
    for (const value of sample(int(2, 5))) counts.set(value, (counts.get(value) ?? 0) + 1);
    assert.deepEqual([...counts.keys()].sort(), [2, 3, 4, 5]);
    for (const count of counts.values()) assert.ok(Math.abs(count / 4000 - 0.25) < 0.03);
    assert.deepEqual(new Set(sample(int(8, 20, { step: 4 }))), new Set([8, 12, 16, 20]));
    const log = sample(int(1, 1024, { log: true })) as number[];
    assert.ok(log.every((value) => Number.isInteger(value) && value >= 1 && value <= 1024));
    // P(value ≤ 31) = log 32 ÷ log 1025.
    assert.ok(Math.abs(log.filter((value) => value <= 31).length / 4000 - Math.log(32) / Math.log(1025)) < 0.03);
  });

  it("lists a grid with the last parameter the fastest", () => {
    const space = checkSpace({ a: ["x", "y"], b: int(1, 3, { step: 2 }), c: float(0, 0.5, { step: 0.5 }) });
    assert.deepEqual(gridOf(space), [
      { a: "x", b: 1, c: 0 },
      { a: "x", b: 1, c: 0.5 },
      { a: "x", b: 3, c: 0 },
      { a: "x", b: 3, c: 0.5 },
      { a: "y", b: 1, c: 0 },
      { a: "y", b: 1, c: 0.5 },
      { a: "y", b: 3, c: 0 },
      { a: "y", b: 3, c: 0.5 },
    ]);
    assert.throws(
      () => gridOf(checkSpace({ a: float(0, 1) })),
      /^Error: invalid space\.a; expected values that can be listed/,
    );
    assert.throws(
      () => gridOf(checkSpace({ a: int(1, 1000), b: int(1, 1000) })),
      /invalid space; expected at most 100000/,
    );
  });

  it("draws the same points from the same seed, and the first ones again when more are asked for", () => {
    const space = checkSpace({ a: float(0, 1), b: choice([1, 2, 3]) });
    const ten = drawnFrom(space, 10, 5);
    assert.deepEqual(drawnFrom(space, 20, 5).slice(0, 10), ten);
    assert.notDeepEqual(drawnFrom(space, 10, 6), ten);
  });

  it("tries no point twice where there are others, and all of a small space", () => {
    const space = checkSpace({ a: int(1, 5), b: ["x", "y"] });
    const key = (point: unknown) => JSON.stringify(point);
    assert.equal(new Set(drawnFrom(space, 8, 1).map(key)).size, 8);
    const all = drawnFrom(space, 50, 1);
    assert.deepEqual(all.map(key).sort(), gridOf(space).map(key).sort());
    assert.notDeepEqual(all, gridOf(space));
  });

  it("refuses what is no distribution", () => {
    const wrong: [() => unknown, RegExp][] = [
      [() => float(1, 0), /^Error: invalid high; expected a finite number, at least 1: 0$/],
      [() => float(0, 1, { log: true }), /invalid low; expected a number above 0, as log is true: 0/],
      [() => int(1, 8, { log: true, step: 2 }), /invalid step; expected none, as log is true: 2/],
      [() => int(0.5, 8), /invalid low; expected a whole number/],
      [() => choice([]), /invalid values; expected at least one value/],
      [() => choice([1, 1]), /invalid values\[1\]; expected another value each time: 1/],
      [() => checkSpace({ a: [Number.NaN] }), /invalid space\.a\[0\]; expected a finite number, a text/],
      [() => checkSpace({ a: 3 }), /invalid space\.a; expected ml\.tuning\.float/],
      [() => checkSpace({}), /invalid space; expected an object with a distribution for each parameter/],
    ];
    for (const [call, message] of wrong) assert.throws(call, message);
  });
});
