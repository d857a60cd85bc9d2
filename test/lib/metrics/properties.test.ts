// What must hold of every metric on any input: batches or whole, states that are never changed, and for bad input an
// error that names it; never a hang, never NaN in silence.
import assert from "node:assert/strict";
import fc from "fast-check";
import * as metrics from "../../../lib/metrics/index.js";

const message = /^invalid [^;]+; expected .+: .*$/s;
type Stream = metrics.StreamingMetric<unknown, unknown, unknown>;
type Whole = (yTrue: unknown, yPred: unknown, options: object) => unknown;
const functions = metrics as unknown as Record<string, Whole>;
const streams = metrics.streaming as unknown as Record<string, (options: object) => Stream>;
const names = Object.keys(metrics.streaming);

function functionOf(name: string): Whole {
  const call = functions[name];
  assert.ok(call, `no metric ${name}`);
  return call;
}

/** A value, or the message of the error that says why there is none; anything else fails. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.match(error.message, message, error.stack ?? "");
    return { message: error.message };
  }
}

function assertFinite(value: unknown, what: string): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value), `${what} gave ${value}`);
  else if (Array.isArray(value)) for (const one of value) assertFinite(one, what);
  else if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      // The first threshold of a ROC curve is Infinity.
      if (key !== "thresholds") assertFinite(one, `${what}.${key}`);
    }
  }
}

const optionsOf: Record<string, fc.Arbitrary<object>> = Object.fromEntries(
  names.map((name) => [name, name === "fBeta" ? fc.constant({ beta: 2 }) : fc.constant({})]),
);
const average = fc.constantFrom("binary", "micro", "macro", "weighted", "none");
for (const name of ["precision", "recall", "f1Score"]) optionsOf[name] = fc.record({ average });
optionsOf.fBeta = fc.record({ average, beta: fc.constantFrom(0, 0.5, 2, 1e300, Number.POSITIVE_INFINITY) });
optionsOf.rocAuc = fc.record({
  multiClass: fc.constantFrom("ovr", "ovo"),
  average: fc.constantFrom("micro", "macro", "weighted", "none"),
});
optionsOf.calibrationCurve = fc.record({ strategy: fc.constantFrom("uniform", "quantile") });

/** Samples that most metrics can judge, with ties and weights. */
const samples = fc
  .record({ classes: fc.integer({ min: 1, max: 4 }), size: fc.integer({ min: 0, max: 30 }) })
  .chain(({ classes, size }) => {
    const many = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: size, maxLength: size });
    const tenth = fc.integer({ min: 0, max: 10 }).map((value) => value / 10);
    const row = fc
      .array(fc.integer({ min: 1, max: 5 }), { minLength: classes, maxLength: classes })
      .map((values) => values.map((value) => value / values.reduce((a, b) => a + b, 0)));
    return fc.record({
      yTrue: many(fc.nat(classes - 1)),
      labels: many(fc.nat(classes - 1)),
      scores: classes > 2 ? many(row) : many(tenth),
      values: many(fc.double({ min: -1e3, max: 1e3, noNaN: true })),
      weights: fc.option(many(fc.integer({ min: 0, max: 8 }).map((value) => value / 4)), { nil: undefined }),
      cuts: fc.array(fc.nat(size), { maxLength: 4 }),
    });
  });

describe("metrics, properties", () => {
  it("streaming and whole forms agree exactly, states are never changed, NaN never comes out", () => {
    const property = fc.property(
      samples,
      fc.constantFrom(...names).chain((name) => fc.tuple(fc.constant(name), optionsOf[name] ?? fc.constant({}))),
      ({ yTrue, labels, scores, values, weights, cuts }, [name, options]) => {
        const made = outcome(() => streams[name]?.(options));
        if (!(made instanceof metrics.StreamingMetric)) {
          assert.deepEqual(
            outcome(() => functionOf(name)(yTrue, labels, options)),
            made,
          );
          return;
        }
        const stream: Stream = made;
        const { metric } = stream;
        const sampleWeight = name === "calibrationCurve" ? undefined : weights;
        const yPred: unknown[] = { labels, scores, values }[stream.prediction];
        const expected = outcome(() => functionOf(name)(yTrue, yPred, { ...options, sampleWeight }));
        assertFinite(expected, name);

        const ends = [...cuts, yTrue.length].sort((a, b) => a - b);
        let state = metric.initial;
        let start = 0;
        for (const end of ends) {
          const before = structuredClone(state);
          const next = metric.update(
            state,
            yTrue.slice(start, end),
            yPred.slice(start, end),
            sampleWeight?.slice(start, end),
          );
          assert.deepEqual(state, before, "the state was changed");
          outcome(() => metric.compute(state));
          state = next;
          start = end;
        }
        assert.deepEqual(
          outcome(() => metric.compute(state)),
          expected,
        );
        assert.deepEqual(
          outcome(() => metric.compute(state)),
          expected,
          "asked twice",
        );
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  it("a batch that is refused leaves the samples so far, and reset forgets them", () => {
    const running = metrics.streaming.accuracy();
    running.update([1, 0, 1], [1, 1, 1]);
    assert.throws(() => running.update([1, 0], [1]), { message: /^invalid yPred; expected 2 values/ });
    assert.throws(() => running.update(["a"], ["a"]), { message: /^invalid yTrue\[0\]; expected a number/ });
    assert.equal(running.compute(), 2 / 3);
    running.reset();
    assert.throws(() => running.compute(), { message: "invalid yTrue; expected at least one sample: []" });
    assert.equal(running.update([1], [1]).compute(), 1);
  });

  it("does not keep the caller's buffers", () => {
    const scores = new Float32Array([0.1, 0.9]);
    const running = metrics.streaming.rocAuc().update([0, 1], scores);
    scores.fill(0.5);
    assert.equal(running.compute(), 1);
  });

  it("the order of the samples does not matter", () => {
    const property = fc.property(samples, fc.infiniteStream(fc.nat()), ({ yTrue, labels, scores }, random) => {
      const order = Array.from(yTrue.keys());
      const keys = order.map(() => random.next().value as number);
      order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
      const shuffle = <T>(values: T[]): T[] => order.map((i) => values[i] as T);
      for (const name of ["f1Score", "cohenKappa", "matthews", "rocAuc", "averagePrecision", "logLoss"]) {
        const options = { average: "macro", ...(name === "rocAuc" ? { multiClass: "ovr" } : {}) };
        const yPred: unknown[] = ["rocAuc", "averagePrecision", "logLoss"].includes(name) ? scores : labels;
        const one = outcome(() => functionOf(name)(yTrue, yPred, options));
        const other = outcome(() => functionOf(name)(shuffle(yTrue), shuffle(yPred), options));
        if (typeof one === "number" && typeof other === "number") assert.ok(Math.abs(one - other) < 1e-12, name);
        else assert.equal(typeof one, typeof other, name);
      }
    });
    fc.assert(property, { numRuns: 100 });
  });

  it("any input at all: a value without NaN, or an error that says what was wrong", () => {
    const scalar = fc.oneof(
      fc.double(),
      fc.integer({ min: -2, max: 3 }),
      fc.constantFrom(0, 1, 0.5, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 5e-324),
      fc.constantFrom("a", "b", "", "__proto__", "constructor"),
      fc.constantFrom<unknown>(undefined, null, true, 3n, {}, [], Symbol.iterator),
    );
    const list = fc.oneof(
      fc.array(scalar, { maxLength: 6 }),
      fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 6 }),
      fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 6 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.array(scalar, { maxLength: 4 }), { maxLength: 6 }),
      fc.float32Array({ maxLength: 6 }),
      fc.int8Array({ maxLength: 6 }),
      fc.constantFrom<unknown>(undefined, null, 5, "abc", {}, new Map(), new DataView(new ArrayBuffer(8)), () => 1),
    );
    const option = fc.oneof(scalar, list);
    const options = fc.record(
      {
        average,
        labels: option,
        posLabel: scalar,
        zeroDivision: scalar,
        sampleWeight: list,
        normalize: scalar,
        multiClass: fc.constantFrom("ovr", "ovo", "all", 1),
        maxFpr: scalar,
        k: scalar,
        bins: scalar,
        strategy: fc.constantFrom("uniform", "quantile", ""),
        weights: fc.constantFrom("linear", "quadratic", 2),
        beta: scalar,
        classNames: option,
        digits: scalar,
        multiOutput: fc.constantFrom("rawValues", "varianceWeighted", "uniformAverage", 7),
      },
      { requiredKeys: [] },
    );
    const property = fc.property(fc.constantFrom(...names), list, list, options, (name, yTrue, yPred, opts) => {
      const value = outcome(() => functionOf(name)(yTrue, yPred, { beta: 1, ...opts }));
      // zeroDivision: NaN asks for NaN.
      if (!Number.isNaN((opts as { zeroDivision?: unknown }).zeroDivision)) assertFinite(value, name);
    });
    fc.assert(property, { numRuns: 4000 });
  });

  it("errors say what was wrong", () => {
    const wrong: [() => unknown, string | RegExp][] = [
      [() => metrics.accuracy([], []), "invalid yTrue; expected at least one sample: []"],
      [() => metrics.accuracy([1, 2], [1]), "invalid yPred; expected 2 values, as many as yTrue has: 1"],
      [
        () => metrics.accuracy([1, 0], [0.7, 0.2]),
        "invalid yPred[0]; expected a class label (threshold or argmax scores first): 0.7",
      ],
      [
        () => metrics.accuracy([1], [[0.2, 0.8]] as unknown as number[]),
        "invalid yPred[0]; expected one class label a sample (of scores, the argmax): [0.2, 0.8]",
      ],
      [() => metrics.accuracy([1], ["1"]), 'invalid yPred[0]; expected a number, as the other labels: "1"'],
      [
        () => metrics.accuracy("101", "101"),
        'invalid yTrue; expected an array or typed array of class labels (whole numbers or strings): "101"',
      ],
      [
        () => metrics.accuracy(new BigInt64Array(1) as unknown as number[], [0]),
        "invalid yTrue[0]; expected a number (Array.from(labels, Number)): 0n",
      ],
      [
        () => metrics.precision([0, 1, 2], [0, 1, 2]),
        'invalid average; expected "micro", "macro", "weighted" or "none" for the 3 classes 0, 1, 2: "binary"',
      ],
      [() => metrics.recall(["a", "b"], ["a", "b"]), 'invalid posLabel; expected one of "a", "b": 1'],
      [
        () => metrics.f1Score([0, 1], [0, 1], { average: "samples" as "macro" }),
        /^invalid average; expected one of "binary", /,
      ],
      [
        () => metrics.precision([0, 1], [0, 1], { zeroDivision: 0.5 }),
        "invalid zeroDivision; expected one of 0, 1, NaN: 0.5",
      ],
      [
        () => metrics.accuracy([0, 1], [0, 1], { sampleWeight: [1, -1] }),
        "invalid sampleWeight[1]; expected a weight, at least 0: -1",
      ],
      [
        () => metrics.accuracy([0, 1], [0, 1], { sampleWeight: [0, 0] }),
        "invalid sampleWeight; expected at least one weight above 0: 0",
      ],
      [() => metrics.rocCurve([0, 1], [0.1, Number.NaN]), "invalid scores[1]; expected a finite number: NaN"],
      [() => metrics.rocCurve([1, 1], [0.1, 0.2]), "invalid yTrue; expected samples of the negative class too: 0"],
      [
        () => metrics.rocCurve([0, 1, 2], [0.1, 0.2, 0.3]),
        "invalid posLabel; expected one of 0, 1, 2 (against the others): undefined",
      ],
      [
        () =>
          metrics.rocAuc(
            [0, 1, 2],
            [
              [1, 0, 0],
              [0, 1, 0],
              [0, 0, 1],
            ],
          ),
        'invalid multiClass; expected "ovr" or "ovo" for 3 classes: "raise"',
      ],
      [
        () =>
          metrics.rocAuc(
            [0, 1, 2],
            [
              [3, 0, 0],
              [0, 1, 0],
              [0, 0, 1],
            ],
            { multiClass: "ovr" },
          ),
        "invalid scores[0]; expected probabilities that add up to 1 (softmax of logits): 3",
      ],
      [
        () =>
          metrics.rocAuc(
            [0, 1, 1],
            [
              [1, 0, 0],
              [0, 1, 0],
              [0, 0, 1],
            ],
            { multiClass: "ovr" },
          ),
        'invalid yTrue; expected samples inside and outside of class 2: "none"',
      ],
      [
        () => metrics.logLoss([0, 1], [2.5, -1]),
        "invalid probabilities[0][0]; expected a probability in [0, 1] (softmax of logits): 2.5",
      ],
      [
        () =>
          metrics.logLoss(
            [5, 6],
            [
              [0.1, 0.2, 0.7],
              [0.1, 0.2, 0.7],
            ],
          ),
        "invalid labels; expected the 3 classes of the columns, as yTrue has only 5, 6: undefined",
      ],
      [
        () =>
          metrics.topKAccuracy(
            [0, 1],
            [
              [1, 2],
              [1, 2, 3],
            ],
          ),
        "invalid scores[1]; expected 2 numbers, as in scores[0]: 3",
      ],
      [() => metrics.topKAccuracy([0, 1], [1, 2], { k: 0 }), "invalid k; expected a whole number, at least 1: 0"],
      [() => metrics.cohenKappa([1, 1], [1, 1]), /^invalid labels; expected two or more classes in common, .*: \[1\]$/],
      [() => metrics.r2([1], [1]), "invalid yTrue; expected two or more samples: 1"],
      [
        () => metrics.meanSquaredError([1, 2], [1, Number.POSITIVE_INFINITY]),
        "invalid yPred[1]; expected a finite number: Infinity",
      ],
      [() => metrics.meanSquaredError([[1, 2]], [[1]]), "invalid yPred; expected 2 outputs a sample, as yTrue: 1"],
      [
        () => metrics.meanSquaredError([1e200], [0]),
        "invalid yPred; expected values whose squared errors have a finite sum: Infinity",
      ],
      [
        () => metrics.confusionMatrix([0, 1], [0, 1], { labels: [7] }),
        "invalid labels; expected at least one label that yTrue has: [7]",
      ],
      [
        () => metrics.confusionMatrix([0, 1], [0, 1], { labels: [0, 0] }),
        "invalid labels; expected different labels: [0, 0]",
      ],
      [
        () => metrics.classificationReport([0, 1], [0, 1], { classNames: ["a"] }),
        'invalid classNames; expected 2 names, one a class: ["a"]',
      ],
      [
        () => metrics.accuracy({ dataSync: () => [] } as unknown as number[], []),
        /^invalid yTrue; expected an array .* \(await tensor\.data\(\)\): an object$/,
      ],
    ];
    for (const [call, expected] of wrong) assert.throws(call, { message: expected });
    assert.throws(() => metrics.r2([1], [1]), metrics.UndefinedMetricError);
  });
});
