// Live performance from delayed labels: the numbers of lib/metrics, window by window; labels as indices or names; intervals; displays.
import assert from "node:assert/strict";
import { Xoshiro128 } from "../../../lib/engine/random.js";
import * as metrics from "../../../lib/metrics/index.js";
import { open, performance, type Store } from "../../../lib/monitor/index.js";

const hour = 3_600_000;
const start = 472_222 * hour;
const names = ["cat", "dog", "bird"];

/** Averages over classes are sums in another order. */
const near = (found: number | undefined, expected: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - expected) < 1e-12, `${found}, not ${expected}`);

describe("monitor: performance", () => {
  let store: Store;
  beforeEach(async () => {
    store = await open("sqlite::memory:", { now: () => start + 5 * hour });
  });
  afterEach(() => store.close());

  /** Predictions over 4 hours; true labels of two thirds of them, half as indices, half as names. */
  async function log(count: number): Promise<{ hour: number; truth: string; predicted: string; isKnown: boolean }[]> {
    const random = new Xoshiro128(4);
    const rows = Array.from({ length: count }, (_, i) => {
      const truth = random.below(3);
      const predicted = random.chance(i < count / 2 ? 0.9 : 0.6) ? truth : random.below(3);
      return { i, truth, predicted, isKnown: i % 3 !== 0, time: start + (i * 4 * hour) / count };
    });
    for (const { i, predicted, time } of rows)
      store.append({ id: `p${i}`, time, prediction: { class: predicted, label: names[predicted] ?? "" } });
    await store.flush();
    const known = rows.filter(({ isKnown }) => isKnown);
    await store.label(Object.fromEntries(known.map(({ i, truth }) => [`p${i}`, i % 2 ? truth : (names[truth] ?? "")])));
    return rows.map(({ truth, predicted, isKnown, time }) => ({
      ...{ truth: names[truth] ?? "", predicted: names[predicted] ?? "", isKnown },
      hour: Math.floor((time - start) / hour),
    }));
  }

  it("is what lib/metrics says of the labelled ones, window by window", async () => {
    const rows = await log(600);
    const found = await performance(store, { every: "1h" });
    assert.deepEqual(
      found.windows.map(({ from, to }) => [(from - start) / hour, (to - start) / hour]),
      [...[0, 1, 2, 3].map((h) => [h, h + 1])],
    );
    for (const [h, window] of [...found.windows, found.whole].entries()) {
      const own = rows.filter((row) => h === 4 || row.hour === h);
      const known = own.filter(({ isKnown }) => isKnown);
      const pair = [known.map(({ truth }) => truth), known.map(({ predicted }) => predicted)] as const;
      assert.deepEqual([window.predictions, window.labelled], [own.length, known.length]);
      assert.equal(window.accuracy?.value, metrics.accuracy(...pair));
      near(window.precision?.value, metrics.precision(...pair, { average: "macro" }));
      near(window.recall?.value, metrics.recall(...pair, { average: "macro" }));
      near(window.f1Score?.value, metrics.f1Score(...pair, { average: "macro" }));
      for (const score of [window.accuracy, window.precision, window.recall, window.f1Score])
        assert.ok(score && score.low < score.value && score.value < score.high);
    }
    assert.equal(found.report.accuracy, found.whole.accuracy?.value);
    assert.deepEqual(
      found.report.classes.map(({ className }) => className),
      ["bird", "cat", "dog"],
    );
  });

  it("knows that few right ones are no certainty", async () => {
    for (let i = 0; i < 5; i++) store.append({ id: `p${i}`, time: start, prediction: { class: 1, label: "dog" } });
    await store.flush();
    await store.label({ p0: 1, p1: 1, p2: "dog", p3: 1, p4: 1 });
    const { accuracy } = (await performance(store)).whole;
    assert.equal(accuracy?.value, 1);
    // statsmodels' proportion_confint(5, 5, method="wilson").
    assert.ok(Math.abs((accuracy?.low ?? 0) - 0.5655175) < 1e-6, `${accuracy?.low}`);
  });

  it("counts a class that was never predicted, by its index", async () => {
    store.append({ id: "a", prediction: { class: 0, label: "cat" } });
    store.append({ id: "b", prediction: { class: 0, label: "cat" } });
    await store.flush();
    await store.label({ a: 0, b: 7 });
    const { whole, report } = await performance(store);
    assert.equal(whole.accuracy?.value, 0.5);
    assert.deepEqual(
      report.classes.map(({ className, support }) => [className, support]),
      [
        ["7", 1],
        ["cat", 1],
      ],
    );
  });

  it("takes windows so long that there are few", async () => {
    await log(100);
    assert.equal((await performance(store)).every, hour / 4);
    assert.equal((await performance(store, { from: start + 3.9 * hour })).every, 60_000);
    assert.equal((await performance(store, { limit: 10 })).whole.predictions, 10);
    await assert.rejects(performance(store, { every: "1s" }), /invalid every; expected at most 1000 windows.*: "1s"/);
  });

  it("shows itself as a chart; as text while no label is known", async () => {
    store.append({ id: "p0", time: start, prediction: { class: 1, label: "dog" } });
    await store.flush();
    const show = async () => {
      const found = await performance(store);
      const method = (found as unknown as Record<symbol, () => Record<string, unknown>>)[Symbol.for("Jupyter.display")];
      return (await method?.call(found)) ?? {};
    };
    assert.deepEqual(Object.keys(await show()), ["text/plain"]);
    await assert.rejects(
      performance(store).then(({ report }) => report),
      /invalid report/,
    );
    await log(300);
    const bundle = await show();
    assert.deepEqual(Object.keys(bundle), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    assert.match(
      String(bundle["text/plain"]),
      /^Live performance: 200 of 300 predictions have a true label, accuracy 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\); windows of 15m\n/,
    );
    const svg = await (await performance(store, { every: "1h" })).chart().toSVG();
    for (const label of ["accuracy", "precision", "recall", "F1 score", "with a true label"])
      assert.ok(svg.includes(label), label);
  });

  it("names days on its axes, and no noons in between, beside which a browser leaves days out", async () => {
    const days = [1, 2, 3, 4, 5].map((day) => new Date(2024, 0, day, 8).getTime());
    const places = days.flatMap((day, d) => [0, 5, 10].map((h) => ({ id: `${d}-${h}`, time: day + h * hour })));
    for (const place of places) store.append({ ...place, prediction: { class: 1, label: "dog" } });
    await store.flush();
    await store.label(Object.fromEntries(places.map(({ id }) => [id, 1])));
    const svg = await (await performance(store, { every: "6h" })).chart().toSVG();
    // As Vega writes midnights; on both axes.
    const dates = svg.match(/(?<=>)(Tue|Wed|Thu|Fri|Sat) \d\d(?=<)/g);
    assert.deepEqual([dates?.length, /\d [AP]M</.test(svg)], [10, false]);
  });

  it("says what is wrong", async () => {
    await assert.rejects(performance({} as Store), /invalid store; expected one of ml\.monitor\.open/);
    await assert.rejects(performance(store), /invalid options; expected a window with predictions of classes/);
    await assert.rejects(performance(store, { evry: "1h" } as never), /did you mean every\?/);
  });
});
