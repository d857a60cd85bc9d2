// The whole way in a cell's words: a store, a server that logs into it, labels that come later, drift, an alarm that is told, and the server's end.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import * as ml from "../../../lib/index.js";
import { type ModelFiles, modelFiles } from "../serve/model-files.js";
import { answered, pictureFile, upload } from "../serve/pictures.js";

describe("monitor: from serving to alarm", () => {
  let files: ModelFiles;
  let folder: string;
  before(async () => {
    files = await modelFiles();
    folder = mkdtempSync(path.join(os.tmpdir(), "cellgrad-monitor-"));
  });
  after(() => {
    files.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("finds inverted digits within 300 requests, and tells that the accuracy fell", async () => {
    const told: string[] = [];
    const hook = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      told.push(body);
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
    const notify = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;

    let now = Date.now();
    const address = `sqlite:${path.join(folder, "monitor.db")}`;
    const store = await ml.monitor.open(address, { now: () => now, batchDelay: "5ms" });
    const server = await ml.serve.start({ model: files.digits, port: 0, store });
    const alarms = ml.monitor.alerts(store, {
      rules: [
        { metric: "accuracy", below: 0.9, for: "5m", within: "10m" },
        { metric: "milliseconds", above: 60_000 },
      ],
      notify,
      manual: true,
    });

    const { test } = await ml.data.mnist({ train: 10, test: 600, seed: 3 });
    /** @returns the predictions' ids and classes */
    const send = async (from: number, count: number, invert: boolean) => {
      const answers: { id: string; class: number }[] = [];
      for (let i = from; i < from + count; i += 20) {
        const pictures = Array.from({ length: Math.min(20, from + count - i) }, (_, k) => {
          const bytes = Uint8Array.from(test.get(i + k).values, (value) => (invert ? 255 - value : value));
          return pictureFile(bytes, [28, 28, 1]);
        });
        const { predictions } = await answered(upload(server.url, await Promise.all(pictures)));
        for (const one of predictions) if ("class" in one) answers.push(one);
      }
      while (store.counts.appended < from + count) await new Promise((resolve) => setTimeout(resolve, 5));
      await store.flush();
      return answers;
    };

    const before = await send(0, 300, false);
    // The net is not trained: what it says counts as right until the camera is inverted.
    await store.label(Object.fromEntries(before.map(({ id, class: right }) => [id, right])));
    assert.deepEqual(
      (await alarms.check()).map(({ status, value }) => [status, value === 1 || value === null || value > 0]),
      [
        ["ok", true],
        ["ok", true],
      ],
    );
    const reference = await store.features({ limit: 300 });
    assert.equal(reference.brightness?.length, 300);

    now += 3_600_000;
    const after = await send(300, 300, true);
    const current = await store.features({ limit: 300 });
    const report = ml.monitor.drift(reference, current);
    assert.ok(report.drifted);
    assert.ok(["brightness", "sharpness"].some((name) => report.driftedFeatures.includes(name)));

    await store.label(
      Object.fromEntries(after.map(({ id, class: wrong }, i) => [id, i % 2 ? wrong : (wrong + 1) % 10])),
    );
    assert.equal((await alarms.check())[0]?.status, "pending");
    now += 300_000;
    assert.equal((await alarms.check())[0]?.status, "firing");
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /"text":"firing: accuracy below 0\.9 for 5m \(0\.5\)"/);

    const { whole } = await ml.monitor.performance(store);
    assert.deepEqual([whole.predictions, whole.labelled, whole.accuracy?.value], [600, 600, 0.75]);
    const [one] = await store.predictions({ limit: 1 });
    assert.deepEqual([one?.model, one?.version], ["digits.onnx", server.model.version]);
    await server.close();
    await store.close();
    assert.equal(store.counts.dropped, 0);

    await using again = await ml.monitor.open(address);
    assert.equal((await again.predictions()).length, 600);
    await new Promise((resolve) => hook.close(resolve));
  });

  it("answers while the store hangs, and counts what it could not keep", async () => {
    const nothing = async () => {};
    const hanging: ml.monitor.Driver = {
      ...{ addLabels: nothing, addEvent: nothing, forget: nothing, close: nothing },
      addPredictions: () => new Promise(() => {}),
      predictions: async () => [],
      events: async () => [],
      state: async () => undefined,
      setState: async () => false,
    };
    const settings = { sample: 1, queue: 20, maxMemory: 2 ** 20, batchSize: 10, batchDelay: 1, timeout: 500 };
    const store = new ml.monitor.Store("hanging", hanging, { ...settings, now: Date.now });
    await using server = await ml.serve.start({ model: files.digits, store });
    const picture = await pictureFile(new Uint8Array(784), [28, 28, 1]);
    for (let i = 0; i < 50; i++) await answered(upload(server.url, [picture]));
    while (store.counts.appended < 50) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual([store.counts.waiting, store.counts.dropped], [20, 30]);
    assert.deepEqual([server.counts.predictions, server.counts.rejected], [50, 0]);
    assert.match(await (await fetch(`${server.url}/metrics`)).text(), /cellgrad_store_errors_total 0\n/);
    await store.close();
    assert.equal(store.counts.dropped, 50);
  });
});
