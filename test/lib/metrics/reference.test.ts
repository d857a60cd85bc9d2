// Every metric against scikit-learn on 1,000 random cases of its own and more (test/fixtures/metrics/make.py), and in batches
// against itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as metrics from "../../../lib/metrics/index.js";
import { type Recipe, type SampleSet, type Samples, samples } from "./samples.js";

type FixtureCall = [name: string, options: Record<string, unknown>, result: unknown];

interface Case extends SampleSet {
  n: number;
  calls: { name: string; options: Record<string, unknown>; result: unknown }[];
}

const path = new URL("../../../../test/fixtures/metrics/metrics.json", import.meta.url);
const fixture = JSON.parse(readFileSync(path, "utf8")) as { cases: { recipe: Recipe; calls: FixtureCall[] }[] };
const cases = fixture.cases.map(
  ({ recipe, calls }): Case => ({
    ...samples(recipe),
    n: recipe.n,
    calls: calls.map(([name, options, result]) => ({ name, options, result })),
  }),
);

type Call = (yTrue: unknown, yPred: unknown, options: object) => unknown;
const functions = metrics as unknown as Record<string, Call>;
const streams = metrics.streaming as unknown as Record<
  string,
  (options: object) => metrics.StreamingMetric<unknown, unknown, unknown>
>;

/** What JSON cannot hold. */
function revive(value: unknown): unknown {
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revive(one)]));
}

/** What the fixture holds of a list that is long. */
interface LongList {
  length: number;
  /** Of value · (1 + place mod 7), without what is infinite. */
  sum: number;
  at: [place: number, value: unknown][];
}

function isLongList(value: unknown): value is LongList {
  return typeof value === "object" && value !== null && "at" in value && "sum" in value;
}

function assertClose(actual: unknown, expected: unknown, what: string): void {
  if (isLongList(expected)) {
    assert.ok(Array.isArray(actual), `${what}: not a list`);
    assert.equal(actual.length, expected.length, `${what}: length`);
    const finite = actual.map((one) => (Number.isFinite(one) ? Number(one) : 0));
    const sum = finite.reduce((total, one, i) => total + one * (1 + (i % 7)), 0);
    assertClose(sum, expected.sum, `${what}: sum`);
    for (const [place, one] of expected.at) assertClose(actual[place], one, `${what}[${place}]`);
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${what}: not a list`);
    assert.equal(actual.length, expected.length, `${what}: length`);
    for (const [i, one] of expected.entries()) assertClose(actual[i], one, `${what}[${i}]`);
  } else if (typeof expected === "object" && expected !== null) {
    for (const [key, one] of Object.entries(expected)) {
      assertClose((actual as Record<string, unknown>)[key], one, `${what}.${key}`);
    }
  } else if (typeof expected === "number" && typeof actual === "number" && Number.isFinite(expected)) {
    const difference = Math.abs(actual - expected);
    assert.ok(difference <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${actual} instead of ${expected}`);
  } else {
    assert.equal(actual, expected, what);
  }
}

/** Whether scikit-learn has no figure for it. */
function isError(result: unknown): boolean {
  return (result as { error?: boolean } | null)?.error === true;
}

/** A report in the fixture's shape. */
function comparable(name: string, value: unknown): unknown {
  if (name !== "classificationReport") return value;
  const report = value as metrics.ClassificationReport;
  const row = (scores: metrics.ReportScores) => [scores.precision, scores.recall, scores.f1Score, scores.support];
  return {
    classes: report.classes.map(row),
    accuracy: report.accuracy,
    microAverage: row(report.microAverage),
    macroAverage: row(report.macroAverage),
    weightedAverage: row(report.weightedAverage),
    text: report.toString(),
  };
}

/** As typed arrays where that is possible: every second case. */
function typed(values: Samples): unknown {
  const isNumber = (value: unknown) => typeof value === "number";
  if (values.length > 0 && values.every(isNumber)) {
    const numbers = values as number[];
    return numbers.every(Number.isInteger) ? Int32Array.from(numbers) : Float64Array.from(numbers);
  }
  if (Array.isArray(values[0])) return (values as number[][]).map((row) => Float64Array.from(row));
  return values;
}

function callOf(one: Case, i: number, { name, options }: Case["calls"][number]): () => unknown {
  const call = functions[name];
  assert.ok(call, `no metric ${name}`);
  const [yTrue, yPred] = i % 2 === 0 ? [one.yTrue, one.yPred] : [typed(one.yTrue), typed(one.yPred)];
  return () => call(yTrue, yPred, { ...(revive(options) as object), sampleWeight: one.sampleWeight });
}

describe("metrics against scikit-learn", () => {
  const names = [...new Set(cases.flatMap(({ calls }) => calls.map(({ name }) => name)))];

  it("has 1,000 cases with a figure for every metric that has a reference, some of 1,000 samples, and errors", () => {
    const own = new Set(["bootstrapInterval", "UndefinedMetricError", "StreamingMetric", "streaming"]);
    assert.deepEqual(new Set(names), new Set(Object.keys(metrics).filter((name) => !own.has(name))));
    assert.deepEqual(new Set(Object.keys(metrics.streaming)), new Set(names));
    for (const name of names) {
      const having = cases.filter((one) => one.calls.some((call) => call.name === name && !isError(call.result)));
      assert.ok(having.length >= 1000, `${name}: ${having.length}`);
      assert.ok(having.filter(({ n }) => n === 1000).length >= 10, name);
      assert.ok(
        cases.some((one) => one.n === 0 && one.calls.some((call) => call.name === name)),
        name,
      );
    }
  });

  for (const name of names) {
    it(`${name}: to 1e-9, and an error where there is none`, () => {
      for (const [i, one] of cases.entries()) {
        for (const call of one.calls.filter((each) => each.name === name)) {
          const what = `case ${i}: ${name}(${JSON.stringify(call.options)})`;
          const run = callOf(one, i, call);
          if (isError(call.result)) {
            assert.throws(run, { message: /^invalid [^;]+; expected .+: / }, what);
          } else {
            assertClose(comparable(name, run()), revive(call.result), what);
          }
        }
      }
    });
  }

  for (const name of names) {
    it(`${name} in batches: the same values, and the same errors`, () => {
      for (const [i, one] of cases.entries()) {
        for (const call of one.calls.filter((each) => each.name === name)) {
          const stream = streams[name]?.(revive(call.options) as object);
          assert.ok(stream);
          const inBatches = () => {
            const size = (1 + (i % 7)) * Math.max(1, Math.floor(one.n / 40));
            for (let start = 0; start < one.yTrue.length; start += size) {
              const weights = one.sampleWeight?.slice(start, start + size);
              stream.update(one.yTrue.slice(start, start + size), one.yPred.slice(start, start + size), weights);
            }
            return stream.compute();
          };
          const what = `case ${i}: ${name}(${JSON.stringify(call.options)})`;
          if (isError(call.result)) {
            assert.throws(inBatches, { message: /^invalid [^;]+; expected .+: / }, what);
          } else {
            const run = callOf(one, 0, call);
            assertClose(comparable(name, inBatches()), comparable(name, run()), what);
          }
        }
      }
    });
  }
});
