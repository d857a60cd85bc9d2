// Bootstrap intervals: they cover what they should, agree with the exact spread of a mean, and repeat.
import assert from "node:assert/strict";
import fc from "fast-check";
import { accuracy, bootstrapInterval, rocAuc, UndefinedMetricError } from "../../../lib/metrics/index.js";

const hits = (right: number, n: number) => Array.from({ length: n }, (_, i) => Number(i < right));
const ones = (n: number) => new Array<number>(n).fill(1);
const meanOf = (_yTrue: number[], yPred: number[]) => yPred.reduce((sum, value) => sum + value, 0) / yPred.length;

describe("bootstrapInterval", () => {
  it("has the standard error of a proportion, √(p(1 − p) / n), and its normal interval", () => {
    const result = bootstrapInterval(accuracy, ones(400), hits(320, 400), { resamples: 4000, seed: 3 });
    assert.equal(result.value, 0.8);
    assert.ok(Math.abs(result.standardError - 0.02) < 0.001, String(result.standardError));
    assert.ok(Math.abs(result.low - (0.8 - 1.96 * 0.02)) < 0.004, String(result.low));
    assert.ok(Math.abs(result.high - (0.8 + 1.96 * 0.02)) < 0.004, String(result.high));
    assert.equal(result.resamples, 4000);
  });

  it("holds the true value about as often as it says", () => {
    // Samples of 60 from a coin of 0.7, by a generator of its own (Park and Miller, 1988).
    let state = 12345;
    const uniform = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    let covered = 0;
    for (let run = 0; run < 300; run++) {
      const yPred = ones(60).map(() => Number(uniform() < 0.7));
      const { low, high } = bootstrapInterval(accuracy, ones(60), yPred, {
        resamples: 200,
        seed: run,
        confidence: 0.9,
      });
      if (low <= 0.7 && 0.7 <= high) covered++;
    }
    // 0.9 ± three standard deviations, and the percentile method's known lack of a little coverage.
    assert.ok(covered / 300 > 0.83 && covered / 300 < 0.96, String(covered / 300));
  });

  it("repeats with a seed, and differs with another", () => {
    const run = (seed: number) =>
      bootstrapInterval(
        meanOf,
        ones(50),
        hits(20, 50).map((x, i) => x + i / 7),
        { seed },
      );
    assert.deepEqual(run(1), run(1));
    assert.notDeepEqual(run(1), run(2));
  });

  it("is wider with more confidence; basic mirrors percentile", () => {
    const run = (options: object) => bootstrapInterval(accuracy, ones(100), hits(60, 100), options);
    const [narrow, wide] = [run({ confidence: 0.5 }), run({ confidence: 0.99 })];
    assert.ok(wide.low < narrow.low && narrow.low < 0.6 && 0.6 < narrow.high && narrow.high < wide.high);
    const [percentile, basic] = [run({}), run({ method: "basic" })];
    assert.ok(Math.abs(basic.low - (1.2 - percentile.high)) < 1e-12);
    assert.ok(Math.abs(basic.high - (1.2 - percentile.low)) < 1e-12);
  });

  it("leaves out resamples without a value, and says how many are left", () => {
    const yTrue = [0, 0, 0, 1, 1];
    const scores = [0.1, 0.6, 0.2, 0.9, 0.5];
    const result = bootstrapInterval(rocAuc, yTrue, scores, { resamples: 500 });
    assert.ok(result.resamples < 500 && result.resamples > 400, String(result.resamples));
    assert.ok(result.low >= 0 && result.high <= 1 && result.low <= result.value);
    const never = (yT: number[]) => {
      if (yT.join() !== "0,1,2") throw new UndefinedMetricError("yTrue", "the samples themselves", yT);
      return 1;
    };
    assert.throws(() => bootstrapInterval(never, [0, 1, 2], [0, 1, 2]), {
      message: /^invalid metric; expected a value/,
    });
  });

  it("refuses bad input by name", () => {
    const wrong: [() => unknown, RegExp][] = [
      [() => bootstrapInterval(accuracy, [], []), /^invalid yTrue; expected at least one sample/],
      [() => bootstrapInterval(accuracy, [1], [1, 2]), /^invalid yPred; expected 1 values, as many as yTrue has: 2$/],
      [() => bootstrapInterval(accuracy, [1], [1], { confidence: 95 }), /^invalid confidence; .*: 95$/],
      [() => bootstrapInterval(accuracy, [1], [1], { resamples: 1 }), /^invalid resamples; /],
      [
        () => bootstrapInterval(accuracy, [1], [1], { resamples: 1e9 }),
        /^invalid resamples; expected a whole number from 2 to 1000000: /,
      ],
      [() => bootstrapInterval(accuracy, [1], [1], { seed: 0.5 }), /^invalid seed; /],
      [() => bootstrapInterval(() => Number.NaN, [1], [1]), /^invalid metric; expected a function whose result/],
      [
        () => bootstrapInterval("accuracy" as unknown as typeof accuracy, [1], [1]),
        /^invalid metric; expected a function of/,
      ],
    ];
    for (const [call, message] of wrong) assert.throws(call, { message });
  });

  it("any input at all: a finite interval around, or an error that says what was wrong", () => {
    const scalar = fc.oneof(
      fc.double(),
      fc.integer({ min: -1, max: 3 }),
      fc.constantFrom<unknown>("a", null, undefined, 3n),
    );
    const list = fc.oneof(fc.array(scalar, { maxLength: 5 }), fc.array(fc.nat(1), { maxLength: 9 }), scalar);
    const options = fc.record(
      {
        confidence: scalar,
        resamples: fc.oneof(scalar, fc.integer({ min: 2, max: 20 })),
        seed: scalar,
        method: scalar,
      },
      { requiredKeys: [] },
    );
    const property = fc.property(list, list, options, (yTrue, yPred, given) => {
      try {
        const result = bootstrapInterval(
          accuracy,
          yTrue as number[],
          yPred as number[],
          { resamples: 9, ...given } as object,
        );
        assert.ok([result.value, result.low, result.high, result.standardError].every(Number.isFinite));
        assert.ok(result.low <= result.high);
      } catch (error) {
        assert.match((error as Error).message, /^invalid [^;]+; expected .+: /s);
      }
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it("takes 10,000 samples in reasonable time", function () {
    this.timeout(5000);
    const yTrue = Int32Array.from({ length: 10_000 }, (_, i) => i % 10);
    const yPred = yTrue.map((label, i) => (i % 20 === 1 ? 0 : label));
    const { low, high, value } = bootstrapInterval(accuracy, yTrue, yPred);
    assert.ok(low < value && value < high && high - low < 0.02);
  });
});
