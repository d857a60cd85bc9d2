// Drift: statistics are scipy's; false alarms come as often as is promised; what a camera or a crowd of other users does is found
// within 300 predictions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { mnist } from "../../../lib/data/index.js";
import { ready } from "../../../lib/engine/backend.js";
import { Xoshiro128 } from "../../../lib/engine/random.js";
import { DriftReport, drift, imageFeatures } from "../../../lib/monitor/index.js";

interface Case {
  readonly reference: readonly number[] | readonly string[];
  readonly current: readonly number[] | readonly string[];
  readonly ks?: number;
  readonly psi: number;
  readonly chiSquare: number;
  readonly jensenShannon: number;
}

const fixture = new URL("../../../../test/fixtures/monitor/drift.json", import.meta.url);
const cases = JSON.parse(readFileSync(fixture, "utf8")) as readonly Case[];

const near = (found: number | undefined, expected: number, what: string) =>
  assert.ok(
    Math.abs((found ?? Number.NaN) - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${found}, scipy ${expected}`,
  );

/** Rows of three features: two that belong together, and classes. */
function population(random: Xoshiro128, rows: number, { shift = 0, share = 0.3 } = {}) {
  const x = Array.from({ length: rows }, () => random.normal() + shift);
  const y = x.map((value) => value + 0.5 * random.normal());
  const kind = x.map(() => (random.chance(share) ? "cat" : random.chance(0.2) ? "bird" : "dog"));
  return { x, y, kind };
}

describe("monitor: drift", () => {
  before(() => ready());

  it("has scipy's statistics, on 400 samples with ties, empty bins and absent classes", () => {
    assert.equal(cases.length, 400);
    for (const [i, { reference, current, ...expected }] of cases.entries()) {
      const [found] = drift(reference, current, { alpha: 0.5, resamples: 20 }).features;
      for (const name of ["psi", "chiSquare", "jensenShannon"] as const)
        near(found?.[name], expected[name], `case ${i}, ${name}`);
      if (expected.ks === undefined) assert.equal(found?.ks, undefined);
      else near(found?.ks, expected.ks, `case ${i}, ks`);
    }
  });

  it("calls no more than the promised share of 1,000 windows drift where there is none, features that belong together among them", () => {
    const random = new Xoshiro128(5);
    let alarms = 0;
    // Each reference is one draw of what could have been normal; ten of them, a hundred windows each.
    for (let r = 0; r < 10; r++) {
      const reference = population(random, 150);
      for (let w = 0; w < 100; w++)
        alarms += Number(drift(reference, population(random, 40), { alpha: 0.05, resamples: 200, seed: w }).drifted);
    }
    // 50 are promised; the bound is four standard deviations of a binomial distribution away, and so is the lower one.
    assert.ok(alarms <= 50 + 4 * Math.sqrt(1000 * 0.05 * 0.95), `${alarms} of 1,000`);
    assert.ok(alarms >= 50 - 4 * Math.sqrt(1000 * 0.05 * 0.95), `${alarms} of 1,000: the thresholds are too high`);
  });

  it("finds a shift of half a standard deviation, and classes of another mixture, and says which", () => {
    const random = new Xoshiro128(6);
    const reference = population(random, 2000);
    const shifted = drift(reference, {
      ...population(random, 300, { shift: 0.5 }),
      kind: population(random, 300).kind,
    });
    assert.deepEqual([...shifted.driftedFeatures], ["x", "y"]);
    const mixed = drift(reference, population(random, 300, { share: 0.5 }));
    assert.deepEqual([...mixed.driftedFeatures], ["kind"]);
    const [x, , kind] = mixed.features;
    assert.deepEqual([x?.kind, x?.method, kind?.kind, kind?.method], ["numbers", "ks", "classes", "chiSquare"]);
    assert.ok((kind?.pValue ?? 1) < 0.002 && (x?.pValue ?? 0) > 0.01);
  });

  it("finds a class that was never seen, and a constant that changed", () => {
    const reference: { a: number[]; b: string[] } = {
      a: Array.from({ length: 100 }, () => 7),
      b: Array.from({ length: 100 }, (_, i) => (i % 2 ? "x" : "y")),
    };
    const same = drift(reference, { a: reference.a.slice(0, 40), b: reference.b.slice(0, 40) });
    assert.deepEqual([...same.driftedFeatures], []);
    const other = drift(reference, { a: reference.a.slice(0, 40).fill(8), b: reference.b.slice(0, 40).fill("z") });
    assert.deepEqual([...other.driftedFeatures], ["a", "b"]);
  });

  for (const method of ["ks", "psi", "jensenShannon", "chiSquare"] as const)
    it(`may decide by ${method}`, () => {
      const random = new Xoshiro128(10);
      const reference = population(random, 1000);
      const [same] = drift({ x: reference.x }, { x: population(random, 300).x }, { method }).features;
      const [other] = drift({ x: reference.x }, { x: population(random, 300, { shift: 0.6 }).x }, { method }).features;
      assert.deepEqual([same?.method, same?.drifted, other?.drifted], [method, false, true]);
      assert.equal((other?.[method] ?? 0) > (other?.threshold ?? 1), true);
    });

  it("is the same for the same data, whatever the order of features", () => {
    const random = new Xoshiro128(8);
    const { x, y, kind } = population(random, 500);
    const window = population(random, 100);
    const again = (sample: object) => drift({ x, y, kind }, sample as typeof window).features;
    assert.deepEqual(again(window), again({ kind: window.kind, y: window.y, x: window.x }));
  });

  it("finds inverted, blurred, dark and noisy digits, and other digits, in 300 of them, and nothing in 300 as they were", async () => {
    const { train, test } = await mnist({ train: 3000, test: 1500, seed: 3 });
    const images = (set: typeof train, from: number, count: number): tf.Tensor4D =>
      tf.tensor4d(
        Array.from({ length: count }, (_, i) => Array.from(set.get(from + i).values, (value) => value / 255)).flat(),
        [count, 28, 28, 1],
      );
    const reference = images(train, 0, 2000);
    const window = images(test, 0, 300);
    const changes: Record<string, (x: tf.Tensor4D) => tf.Tensor> = {
      inverted: (x) => tf.sub(1, x),
      blurred: (x) => tf.avgPool(x, 3, 1, "same"),
      dark: (x) => tf.mul(x, 0.7),
      noisy: (x) => tf.add(x, tf.randomNormal(x.shape, 0, 0.1, "float32", 1)),
    };
    assert.deepEqual([...drift(reference, window).driftedFeatures], []);
    for (const [name, change] of Object.entries(changes)) {
      const changed = tf.tidy(() => change(window)) as tf.Tensor4D;
      assert.ok(drift(reference, changed).drifted, name);
      changed.dispose();
    }
    const labels = (set: typeof train, count: number) => Array.from(set.labels.slice(0, count), String);
    const normal = labels(train, 2000);
    assert.ok(!drift({ predicted: normal }, { predicted: labels(test, 300) }).drifted);
    const shifted = labels(test, 1500)
      .filter((label, i) => Number(label) < 5 || i % 3 === 0)
      .slice(0, 300);
    assert.ok(drift({ predicted: normal }, { predicted: shifted }).drifted);
    tf.dispose([reference, window]);
  });

  it("describes images: brightness, contrast, sharpness, channels", () => {
    const images = tf.tensor4d([0, 1, 1, 0, 0.5, 0.5, 0.5, 0.5], [2, 2, 2, 1]);
    assert.deepEqual(imageFeatures(images), {
      brightness: Float64Array.of(0.5, 0.5),
      contrast: Float64Array.of(0.5, 0),
      sharpness: Float64Array.of(1, 0),
    });
    const colours = imageFeatures(tf.tensor4d([1, 2, 3, 3, 4, 7], [1, 1, 2, 3]));
    assert.deepEqual(Object.keys(colours), [
      "brightness",
      "contrast",
      "sharpness",
      "channel 0",
      "channel 1",
      "channel 2",
    ]);
    assert.deepEqual([colours.sharpness?.[0], colours["channel 2"]?.[0]], [8 / 3, 5]);
    images.dispose();
  });

  it("takes tensors of columns, and leaves none behind", () => {
    const before = tf.memory().numTensors;
    const reference = tf.randomNormal([400, 3], 0, 1, "float32", 1);
    const current = tf.tidy(() => tf.add(tf.randomNormal([100, 3], 0, 1, "float32", 2), tf.tensor1d([0, 1, 0])));
    assert.deepEqual([...drift(reference, current).driftedFeatures], ["1"]);
    tf.dispose([reference, current]);
    assert.equal(tf.memory().numTensors, before);
  });

  it("shows itself as a table, the worst features where there are many", () => {
    const random = new Xoshiro128(9);
    const wide = (rows: number, shift: number) =>
      Object.fromEntries(
        Array.from({ length: 40 }, (_, f) => [
          `f${f}`,
          Array.from({ length: rows }, () => random.normal() + (f === 39 ? shift : 0)),
        ]),
      );
    const report = drift(wide(200, 0), wide(100, 3), { alpha: 0.05 });
    assert.ok(report instanceof DriftReport);
    const bundle =
      (report as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.() ?? {};
    const lines = String(bundle["text/plain"]).split("\n");
    assert.match(
      lines[0] ?? "",
      /^drift in 1 of 40 features \(100 rows against 200; false in at most 5 % of windows; 10 features with less are not shown\)$/,
    );
    assert.match(lines[2] ?? "", /^ *f39 .* KS > 0\.\d+ .* drift$/);
    assert.equal(lines.length, 32);
    assert.match(String(bundle["text/html"]), /^<table><caption>drift in 1 of 40/);
  });

  it("has a chart: each feature beside its threshold, and the distributions of the worst", async () => {
    const random = new Xoshiro128(4);
    const normal = (rows: number, shift: number) => Array.from({ length: rows }, () => random.normal() + shift);
    const words = (rows: number, share: number) =>
      Array.from({ length: rows }, () => (random.chance(share) ? "cat" : "dog"));
    const { chart, features } = drift(
      { same: normal(400, 0), moved: normal(400, 0), animal: words(400, 0.5) },
      { same: normal(200, 0), moved: normal(200, 2), animal: words(200, 0.9) },
    );
    const [same, moved, animal] = features;
    assert.deepEqual([same?.drifted, moved?.drifted, animal?.drifted], [false, true, true]);
    // Tenths of the reference; and all that is there is in one of them.
    assert.equal(moved?.bins.length, 10);
    for (const { reference } of moved?.bins ?? []) assert.ok(Math.abs(reference - 0.1) < 0.011);
    for (const { bins } of features)
      for (const sample of ["reference", "current"] as const)
        assert.ok(Math.abs(bins.reduce((sum, bin) => sum + bin[sample], 0) - 1) < 1e-12);
    assert.match(moved?.bins[0]?.label ?? "", /^to -1\.\d+$/);
    assert.ok((moved?.bins.at(-1)?.current ?? 0) > 0.5);
    assert.deepEqual(animal?.bins.map(({ label }) => label).sort(), ["cat", "dog"]);
    const { vconcat } = chart.spec as unknown as {
      vconcat: { data: { values: Record<string, unknown>[] }; encoding?: { x: { title: string } } }[];
    };
    // Each distribution has bars as wide as its own bins are.
    assert.equal(
      (chart.spec as unknown as { resolve: { scale: { xOffset: string } } }).resolve.scale.xOffset,
      "independent",
    );
    const [strengths, ...distributions] = vconcat;
    assert.deepEqual(
      strengths?.data.values.map(({ feature, verdict, excess }) => [feature, verdict, Number(excess) > 1]),
      [
        ["same", "no drift", false],
        ["moved", "drift", true],
        ["animal", "drift", true],
      ],
    );
    const titles = distributions.map(({ encoding }) => encoding?.x.title ?? "");
    assert.deepEqual(titles.toSorted(), [
      "animal",
      "moved, between tenths of the reference",
      "same, between tenths of the reference",
    ]);
    assert.equal(titles.at(-1), "same, between tenths of the reference");
    assert.match(await chart.toSVG(), /statistic ÷ threshold/);
    assert.match(chart.text, /^drift in 2 of 3 features/);
  });

  it("puts the rarest of many classes into one bin", () => {
    const classes = Array.from({ length: 600 }, (_, i) => `c${i % 60 < 30 ? 0 : i % 60}`);
    const { bins = [] } = drift(classes, classes).features[0] ?? {};
    assert.equal(bins.length, 20);
    assert.deepEqual([bins[0]?.label, bins[0]?.reference, bins.at(-1)?.label], ["c0", 0.5, "12 others"]);
    assert.ok(Math.abs((bins.at(-1)?.current ?? 0) - 12 / 60) < 1e-12);
  });

  it("says what is wrong with samples that can't be compared", () => {
    const list = Array.from({ length: 20 }, (_, i) => i);
    const rejects = (reference: unknown, current: unknown, rule: RegExp) =>
      assert.throws(() => drift(reference as number[], current as number[]), rule);
    rejects(list.slice(0, 9), list, /invalid reference; expected 10 to 1,000,000 rows: 9/);
    rejects({ a: list }, { b: list }, /invalid current; expected a feature "a", as the reference has: "b"/);
    rejects({ a: list }, { a: list, b: list }, /invalid current; expected the features of the reference: a: "b"/);
    rejects({ a: list }, { a: list.map(String) }, /invalid current\.a; expected numbers: "0"/);
    rejects({ a: list, b: [1] }, { a: list }, /invalid reference\.b; expected 20 values, as a has: 1/);
    rejects(
      [...list, Number.NaN],
      list,
      /invalid reference\.value\[20\]|invalid reference\[20\]; expected a finite number/,
    );
    rejects(7, list, /invalid reference; expected features by name, a list, or a tensor: 7/);
    assert.throws(() => drift(list, list, { alpha: 0 }), /invalid alpha; expected a number in \[0\.0001, 0\.5\]: 0/);
    assert.throws(
      () => drift(list, list, { resamples: 100 }),
      /invalid resamples; expected a whole number from 1000 to 1000000: 100/,
    );
    assert.throws(
      () => drift(list, list, { method: "t" as "ks" }),
      /invalid method; expected "ks", "psi", "jensenShannon", "chiSquare": "t"/,
    );
  });
});
