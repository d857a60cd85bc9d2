// What every database must do to be a store, as tests: sqlite.test.ts runs them, and test/stores/ against real servers.
import assert from "node:assert/strict";
import type { Driver, PredictionQuery } from "../../../lib/monitor/driver.js";
import { open, type Store, type StoredPrediction } from "../../../lib/monitor/index.js";

const everything: PredictionQuery = {
  from: 0,
  to: 8e15,
  by: "time",
  model: undefined,
  version: undefined,
  limit: 1_000_000,
};

function prediction(i: number, more: Partial<StoredPrediction> = {}): StoredPrediction {
  return {
    ...{ id: `p${i}`, time: 1_700_000_000_000 + i + 0.25, model: "digits", version: "v1", class: i % 10 },
    ...{ label: `${i % 10}`, confidence: 0.1 + 0.2, probabilities: [0.1 + 0.2, 1e-7, 1 / 3] },
    ...{ features: { brightness: Math.fround(0.1), kind: "🐈 'quoted' \\ \"text\"" }, milliseconds: 1.5 },
    ...more,
  };
}

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

/**
 * @param name of the database
 * @param address of an empty one, made anew for each test
 */
export function driverContract(name: string, address: () => Promise<string>): void {
  describe(`monitor: ${name} as a store`, () => {
    let where: string;
    let store: Store;
    let driver: Driver;
    beforeEach(async () => {
      where = await address();
      store = await open(where);
      driver = store.driver;
    });
    afterEach(() => store.close());

    it("gives predictions back as they were, to the last bit, in the order of their time", async () => {
      const rows = [3, 1, 2].map((i) => prediction(i));
      const values = prediction(4, { values: [1e300, -0.1, 5e-324], features: {} });
      await driver.addPredictions([...rows, values]);
      const found = await driver.predictions(everything);
      assert.deepEqual(idsOf(found), ["p1", "p2", "p3", "p4"]);
      assert.deepEqual(found, [rows[1], rows[2], rows[0], values]);
    });

    it("adds a batch of thousands, and once where it is written twice", async () => {
      const rows = Array.from({ length: 3000 }, (_, i) => prediction(i));
      await driver.addPredictions(rows);
      await driver.addPredictions([...rows.slice(2990), prediction(3000), prediction(0, { model: "other" })]);
      const found = await driver.predictions(everything);
      assert.equal(found.length, 3001);
      assert.equal(found[0]?.model, "digits");
      assert.equal(new Set(idsOf(found)).size, 3001);
    });

    it("tells ids apart to the letter", async () => {
      const ids = ["a", "A", "ä", "á", " a", "a".repeat(160), "𝒳".repeat(160)];
      await driver.addPredictions(ids.map((id, i) => prediction(i, { id })));
      assert.deepEqual(idsOf(await driver.predictions(everything)), ids);
    });

    it("asks by time, its end left out, by model and by version; of more than the limit the newest", async () => {
      await driver.addPredictions(
        Array.from({ length: 10 }, (_, i) =>
          prediction(i, { time: 1000 + i, version: i < 5 ? "v1" : "v2", model: i % 2 ? "odd" : "even" }),
        ),
      );
      const ask = async (query: Partial<PredictionQuery>) =>
        idsOf(await driver.predictions({ ...everything, ...query })).join(" ");
      assert.equal(await ask({ from: 1002, to: 1005 }), "p2 p3 p4");
      assert.equal(await ask({ version: "v2" }), "p5 p6 p7 p8 p9");
      assert.equal(await ask({ version: "v1", model: "odd" }), "p1 p3");
      assert.equal(await ask({ model: "even", limit: 2 }), "p6 p8");
      assert.equal(await ask({ limit: 3 }), "p7 p8 p9");
      assert.equal(await ask({ model: "none" }), "");
    });

    it("joins labels, whenever they come, and the last word on an id holds", async () => {
      await driver.addLabels([{ id: "p1", label: 7, time: 5000 }]);
      await driver.addPredictions([prediction(0), prediction(1), prediction(2)]);
      await driver.addLabels([
        { id: "p2", label: "it's", time: 6000 },
        { id: "unknown", label: 1, time: 6000 },
      ]);
      await driver.addLabels([{ id: "p1", label: 3, time: 7000 }]);
      const found = await driver.predictions(everything);
      assert.deepEqual(
        found.map(({ trueLabel, labelTime }) => [trueLabel, labelTime]),
        [
          [undefined, undefined],
          [3, 7000],
          ["it's", 6000],
        ],
      );
      const by = "labelTime";
      assert.deepEqual(idsOf(await driver.predictions({ ...everything, by })), ["p2", "p1"]);
      assert.deepEqual(idsOf(await driver.predictions({ ...everything, by, from: 6000, to: 7000 })), ["p2"]);
      assert.deepEqual(idsOf(await driver.predictions({ ...everything, by, limit: 1 })), ["p1"]);
    });

    it("lets one of many writers change a state", async () => {
      assert.equal(await driver.state("rule"), undefined);
      const text = JSON.stringify({ "it's": "7:ü\n" });
      const first = await Promise.all([1, 2, 3, 4].map(() => driver.setState("rule", text, 0)));
      assert.equal(first.filter(Boolean).length, 1);
      assert.deepEqual(await driver.state("rule"), { text, revision: 1 });
      const second = await Promise.all(["a", "b", "c"].map((next) => driver.setState("rule", next, 1)));
      assert.equal(second.filter(Boolean).length, 1);
      assert.equal((await driver.state("rule"))?.revision, 2);
      // The same text again is a change, too.
      const now = (await driver.state("rule"))?.text ?? "";
      assert.equal(await driver.setState("rule", now, 2), true);
      assert.equal(await driver.setState("rule", now, 2), false);
      assert.equal(await driver.setState("other", "x", 5), false);
    });

    it("keeps events in the order of their time", async () => {
      for (const [id, time] of [
        ["b", 20],
        ["a", 10],
        ["c", 30],
        ["a", 99],
      ] as const)
        await driver.addEvent({ id, time, text: `event ${id}` });
      assert.deepEqual(await driver.events(10, 30, 100), [
        { id: "a", time: 10, text: "event a" },
        { id: "b", time: 20, text: "event b" },
      ]);
      assert.deepEqual(idsOf(await driver.events(0, 100, 2)), ["b", "c"]);
    });

    it("forgets what is older", async () => {
      await driver.addPredictions(Array.from({ length: 2500 }, (_, i) => prediction(i, { time: 1 + i })));
      await driver.addLabels([
        { id: "p0", label: 1, time: 100 },
        { id: "p2499", label: 1, time: 2600 },
      ]);
      await driver.addEvent({ id: "old", time: 5, text: "" });
      await driver.setState("rule", "kept", 0);
      await driver.forget(2400);
      const found = await driver.predictions(everything);
      assert.equal(found.length, 101);
      assert.equal(found[0]?.time, 2400);
      assert.deepEqual(idsOf(await driver.predictions({ ...everything, by: "labelTime" })), ["p2499"]);
      assert.deepEqual(await driver.events(0, 1e6, 10), []);
      assert.equal((await driver.state("rule"))?.text, "kept");
    });

    it("has all that was written when it is opened again, and by others meanwhile", async () => {
      await using other = await open(where);
      await driver.addPredictions([prediction(1)]);
      assert.equal((await other.driver.predictions(everything)).length, 1);
      await store.close();
      store = await open(where);
      assert.deepEqual(await store.driver.predictions(everything), [prediction(1)]);
    });

    it("answers nobody once it is closed", async () => {
      await store.close();
      await assert.rejects(driver.predictions(everything));
      await assert.rejects(driver.addPredictions([prediction(1)]));
      await store.close();
    });

    it("logs what is appended, in batches, and answers by window", async () => {
      for (let i = 0; i < 1234; i++)
        store.append({
          id: `x${i}`,
          prediction: { class: i % 3, label: "abc"[i % 3] ?? "", probabilities: [0.2, 0.8] },
        });
      await store.flush();
      assert.deepEqual(store.counts, {
        appended: 1234,
        skipped: 0,
        written: 1234,
        dropped: 0,
        waiting: 0,
        failures: 0,
      });
      const found = await store.predictions({ within: "1h" });
      assert.equal(found.length, 1234);
      assert.equal(found[0]?.confidence, 0.8);
      await store.label({ x0: "a", x1: 2 });
      assert.deepEqual(idsOf(await store.predictions({ by: "labelTime" })), ["x0", "x1"]);
    });
  });
}
