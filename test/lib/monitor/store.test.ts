// What a store promises whatever its database does: appending never waits, memory is bounded, what is dropped is counted, what fails is
// tried again. And what of a prediction is kept.
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Driver } from "../../../lib/monitor/driver.js";
import { drift, type LoggedPrediction, open, Store, type StoredPrediction } from "../../../lib/monitor/index.js";
import { isSampled } from "../../../lib/monitor/sampling.js";
import { storePackage } from "../../../lib/monitor/store-package.js";
import type { PredictionRecord, PredictionStore } from "../../../lib/serve/index.js";
import { isChance } from "./binomial.js";

/** A database that does what a test says with each batch. */
function driverThat(addPredictions: (rows: readonly StoredPrediction[]) => Promise<void>): Driver {
  const nothing = async () => {};
  return {
    ...{ addPredictions, addLabels: nothing, addEvent: nothing, forget: nothing, close: nothing },
    predictions: async () => [],
    events: async () => [],
    state: async () => undefined,
    setState: async () => false,
  };
}

const settings = {
  ...{ sample: 1, queue: 100, maxMemory: 2 ** 20, batchSize: 10, batchDelay: 5, timeout: 1000 },
  now: () => 1000,
};

const record = (id: string): LoggedPrediction => ({ id, prediction: { label: "a", probabilities: [0.5, 0.5] } });

function appendAll(store: Store, count: number): void {
  for (let i = 0; i < count; i++) store.append(record(`r${i}`));
}

describe("monitor: store", () => {
  it("is what ml.serve asks of one", async () => {
    const store = new Store(
      "made up",
      driverThat(async () => {}),
      settings,
    );
    const asked: PredictionStore = store;
    const served: PredictionRecord = {
      ...{ id: "a-0", time: 5.5, model: "digits.onnx", version: "v1", milliseconds: 2 },
      input: { values: Uint8Array.of(0, 255, 255, 0), shape: [2, 2, 1] },
      prediction: { id: "a-0", class: 1, label: "one", probabilities: [0.25, 0.75], scores: [0, 1.1] },
    };
    asked.append(served);
    await store.flush();
    assert.equal(store.counts.written, 1);
  });

  it("keeps what describes the input, not the input", async () => {
    const kept: StoredPrediction[] = [];
    const store = new Store(
      "made up",
      driverThat(async (rows) => void kept.push(...rows)),
      settings,
    );
    const answer = { label: "a" };
    const values = Uint8Array.of(0, 255, 255, 0);
    store.append({ id: "image", prediction: answer, input: { values, shape: [2, 2, 1] } });
    store.append({ id: "row", prediction: answer, input: { values: [1, Number.NaN, 3], shape: [3] } });
    store.append({ id: "long", prediction: answer, input: { values: Array(40).fill(2), shape: [40] } });
    store.append({ id: "own", prediction: answer, features: { weather: "rain", load: 3 } });
    store.append({ id: "output", prediction: { values: [0.5] } });
    store.append({ id: "many", prediction: { label: "a", probabilities: Array(2000).fill(1 / 2000) } });
    await store.flush();
    assert.deepEqual(kept[0], {
      ...{ id: "image", time: 1000, model: "", version: "", label: "a" },
      features: { brightness: 127.5, contrast: 127.5, sharpness: 255 },
    });
    assert.deepEqual(kept[1]?.features, { "input 0": 1, "input 2": 3 });
    assert.deepEqual(kept[2]?.features, { mean: 2, deviation: 0, least: 2, most: 2 });
    assert.deepEqual(kept[3]?.features, { weather: "rain", load: 3 });
    assert.deepEqual([kept[4]?.values, kept[4]?.label], [[0.5], undefined]);
    assert.deepEqual([kept[5]?.probabilities, kept[5]?.confidence], [undefined, 1 / 2000]);
  });

  it("writes in batches, one at a time, in order", async () => {
    const batches: string[][] = [];
    let [running, most] = [0, 0];
    const store = new Store(
      "made up",
      driverThat(async (rows) => {
        most = Math.max(most, ++running);
        await sleep(1);
        running--;
        batches.push(rows.map(({ id }) => id));
      }),
      settings,
    );
    appendAll(store, 35);
    await store.flush();
    assert.deepEqual(
      batches.map(({ length }) => length),
      [10, 10, 10, 5],
    );
    assert.deepEqual(
      batches.flat(),
      Array.from({ length: 35 }, (_, i) => `r${i}`),
    );
    assert.equal(most, 1);
  });

  it("drops and counts what a database that never answers leaves no room for, and never waits for it", async () => {
    const store = new Store(
      "made up",
      driverThat(() => new Promise(() => {})),
      { ...settings, timeout: 50 },
    );
    appendAll(store, 10);
    await sleep(20);
    const started = performance.now();
    appendAll(store, 20_000);
    const each = (performance.now() - started) / 20_000;
    assert.ok(each < 1, `${each} ms each`);
    const { written, dropped, waiting, appended } = store.counts;
    assert.deepEqual(
      { written, waiting, appended, dropped },
      { written: 0, waiting: 100, appended: 20_010, dropped: 19_910 },
    );
    await assert.rejects(
      store.flush({ within: 300 }),
      /^Error: 100 predictions were not written within 300 ms: the store took no batch/,
    );
    assert.ok(store.counts.failures >= 1);
    await store.close();
    assert.deepEqual([store.counts.waiting, store.counts.dropped], [0, 20_010]);
    assert.throws(
      () => store.append(record("late")),
      /^Error: invalid store; expected one that is open: "a closed one"$/,
    );
  });

  it("bounds the bytes that wait, not only their number", () => {
    const store = new Store(
      "made up",
      driverThat(() => new Promise(() => {})),
      { ...settings, queue: 1_000_000 },
    );
    for (let i = 0; i < 1000; i++)
      store.append({ id: `r${i}`, prediction: { label: "a", probabilities: Array(1000).fill(0.001) } });
    // A mebibyte for 24 kB each.
    assert.ok(store.counts.waiting >= 20 && store.counts.waiting <= 60, `${store.counts.waiting}`);
    assert.equal(store.counts.waiting + store.counts.dropped, 1000);
  });

  it("tries again after a failure, and loses nothing", async () => {
    const kept = new Set<string>();
    let calls = 0;
    const store = new Store(
      "made up",
      driverThat(async (rows) => {
        if (++calls <= 3) throw new Error("gone");
        for (const { id } of rows) kept.add(id);
      }),
      settings,
    );
    appendAll(store, 60);
    await store.flush();
    assert.equal(kept.size, 60);
    assert.deepEqual([store.counts.failures, store.counts.dropped], [3, 0]);
  });

  it("keeps the share that is asked for, the same ids everywhere", () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `0b6f5d5e-5f5c-4d49-9f10-1c2f0a6e0c3f-${i}`);
    for (const share of [0, 0.01, 0.3, 1]) {
      const kept = ids.filter((id) => isSampled(id, share)).length;
      assert.ok(isChance(kept, ids.length, share), `${kept} of ${ids.length} for ${share}`);
    }
    assert.ok(ids.every((id) => !isSampled(id, 0.1) || isSampled(id, 0.2)));
    const store = new Store(
      "made up",
      driverThat(async () => {}),
      { ...settings, queue: 100_000, sample: 0.3 },
    );
    for (const id of ids) store.append(record(id));
    assert.equal(store.counts.skipped, ids.filter((id) => !isSampled(id, 0.3)).length);
  });

  it("gives windows to drift as columns", async () => {
    let now = 1e6;
    await using store = await open("sqlite::memory:", { now: () => now });
    const image = (level: number) => ({
      values: Uint8Array.from({ length: 16 }, (_, k) => (k % 2 ? level : 0)),
      shape: [4, 4, 1],
    });
    const log = (id: string, level: number) =>
      store.append({
        id,
        prediction: { label: level % 2 ? "odd" : "even", probabilities: [0.5, 0.5] },
        input: image(level),
      });
    for (let i = 0; i < 200; i++) log(`a${i}`, 100 + (i % 50));
    now += 3_600_000;
    for (let i = 0; i < 100; i++) log(`b${i}`, 150 + (i % 50));
    await store.flush();
    const before = await store.features({ to: now });
    const after = await store.features({ within: "30m" });
    assert.deepEqual(Object.keys(after), ["brightness", "contrast", "sharpness", "predicted", "confidence"]);
    assert.equal(after.predicted?.length, 100);
    const { driftedFeatures } = drift(before, after);
    assert.deepEqual([...driftedFeatures], ["brightness", "contrast", "sharpness"]);
    await assert.rejects(store.features({ from: now + 1 }), /invalid window; expected one with predictions/);
  });

  it("shows what it has counted", () => {
    const store = new Store(
      "sqlite:a.db",
      driverThat(async () => {}),
      settings,
    );
    appendAll(store, 3);
    const show = (store as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
    assert.match(show?.()["text/plain"] ?? "", /^sqlite:a\.db\n.*predictions\nappended +3\n/);
  });

  it("says how to install the package of a database, where it is missing", async () => {
    await assert.rejects(
      storePackage("no-such-database"),
      /^Error: invalid address; expected a database whose package is installed: no-such-database could not be loaded, it is not installed \(in a notebook: %npm install no-such-database\)$/,
    );
    assert.equal(typeof (await storePackage<typeof import("ioredis")>("ioredis")).Redis, "function");
  });

  it("says what is wrong with a record, a label, a window, an address", async () => {
    await using store = await open("sqlite::memory:");
    const bad: [unknown, RegExp][] = [
      [undefined, /invalid record\.id; expected a text of 1 to 160 characters, no space at its end: undefined/],
      [{ id: "" }, /invalid record\.id/],
      [{ id: "a\n" }, /invalid record\.id/],
      [{ id: "a " }, /invalid record\.id/],
      [{ id: "a" }, /invalid record\.prediction; expected an object with label or values/],
      [{ id: "a", prediction: { label: 3 } }, /invalid record\.prediction\.label/],
      [{ id: "a", prediction: { label: "a", class: 0.5 } }, /invalid record\.prediction\.class/],
      [
        { id: "a", prediction: { label: "a", probabilities: [Number.NaN] } },
        /invalid record\.prediction\.probabilities\[0\]/,
      ],
      [{ ...record("a"), time: -1 }, /invalid record\.time/],
      [
        { ...record("a"), features: { x: Number.NaN } },
        /invalid record\.features\.x; expected a finite number or a text: NaN/,
      ],
      [{ ...record("a"), input: { values: [1, 2], shape: [3] } }, /invalid record\.input/],
    ];
    for (const [given, message] of bad) assert.throws(() => store.append(given as LoggedPrediction), message);
    await assert.rejects(store.label("a", -1), /invalid label; expected the index of a class, or its name: -1/);
    await assert.rejects(
      store.predictions({ within: "soon" }),
      /invalid within; expected a length of time such as "5m"/,
    );
    await assert.rejects(store.predictions({ from: 5, to: 5 }), /invalid from; expected a time before to/);
    await assert.rejects(
      open("postgres://me:secret@host/a"),
      (error: Error) =>
        /invalid address; expected one that begins with sqlite:/.test(error.message) &&
        !error.message.includes("secret"),
    );
    await assert.rejects(open("sqlite:"), /invalid address/);
  });
});
