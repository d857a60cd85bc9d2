// The dashboard behind a server: page, scripts and data, the token, what is not there. What a browser makes of it: test/browser/.
import assert from "node:assert/strict";
import { alerts, dashboard, open, type Store } from "../../../lib/monitor/index.js";
import { start } from "../../../lib/serve/index.js";
import { type ModelFiles, modelFiles } from "../serve/model-files.js";
import { answered, pictureFile, randomBytes, upload } from "../serve/pictures.js";

interface Data {
  readonly store: string;
  readonly panels: readonly { name: string; spec?: object; html?: string; text?: string }[];
}

describe("monitor: dashboard", () => {
  let files: ModelFiles;
  let store: Store;
  before(async () => {
    files = await modelFiles();
  });
  after(() => files.remove());
  beforeEach(async () => {
    store = await open("sqlite::memory:", { batchDelay: "1ms" });
  });
  afterEach(() => store.close());

  const dataOf = async (url: string) => {
    const response = await fetch(`${url}/dashboard/data`);
    assert.equal(response.status, 200);
    return (await response.json()) as Data;
  };

  it("shows what a server predicts, its labels, drift and alarms", async () => {
    const reference = { brightness: Array.from({ length: 100 }, (_, i) => i), predicted: Array(100).fill("3") };
    const watched = alerts(store, { rules: [{ metric: "predictions", below: 1 }], manual: true });
    const pages = dashboard(store, { alerts: watched, reference, every: "1s" });
    await using server = await start({ model: files.digits, store, dashboard: pages });
    const first = await dataOf(server.url);
    assert.deepEqual(
      first.panels.map(({ name }) => name),
      ["predictions", "drift", "alarms", "store"],
    );
    assert.match(first.panels[0]?.text ?? "", /^No predictions in the last 1d$/);
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) {
      const pictures = [1, 2, 3, 4, 5, 6].map((seed) => pictureFile(randomBytes(784, 10 * i + seed), [28, 28, 1]));
      const { predictions } = await answered(upload(server.url, await Promise.all(pictures)));
      ids.push(...predictions.map(({ id }) => id));
    }
    while (store.counts.appended < 60) await new Promise((resolve) => setTimeout(resolve, 5));
    await store.flush();
    await store.label(Object.fromEntries(ids.slice(0, 30).map((id) => [id, 3])));
    // Half of the page's own pause later it is read anew.
    let data = await dataOf(server.url);
    while (data.panels.length < 6) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      data = await dataOf(server.url);
    }
    const panel = Object.fromEntries(data.panels.map((one) => [one.name, one]));
    assert.match(panel.predictions?.text ?? "", /^Predictions: the newest 60, by /);
    assert.match(panel.performance?.text ?? "", /^Live performance: 30 of 60 predictions have a true label, accuracy /);
    assert.match(JSON.stringify(panel.classes?.spec), /Predicted classes, the last 1d/);
    assert.match(panel.drift?.html ?? "", /<caption>drift in 2 of 2 features/);
    assert.match(panel.alarms?.text ?? "", /^Alarms: 0 of 1 rule fires now/);
    assert.match(panel.store?.html ?? "", /<th>written<\/th><td>60<\/td>/);
    assert.equal(data.store, "sqlite::memory:");
    await watched.close();
  });

  it("is a page that loads nothing from elsewhere", async () => {
    await using server = await start({ model: files.digits, dashboard: dashboard(store) });
    const page = await fetch(`${server.url}/dashboard`);
    const html = await page.text();
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(page.headers.get("content-security-policy") ?? "", /^default-src 'none'; script-src 'self' /);
    assert.doesNotMatch(html, /https?:\/\//);
    const scripts = [...html.matchAll(/<script src="([^"]+)"/g)].map(([, address]) => address ?? "");
    assert.equal(scripts.length, 3);
    for (const address of scripts) {
      const script = await fetch(server.url + address);
      assert.equal(script.status, 200, address);
      assert.match(script.headers.get("content-type") ?? "", /^text\/javascript/);
      assert.ok((await script.text()).length > 1000);
    }
  });

  it("shows nothing to those without the token, but the page that asks for it", async () => {
    await using server = await start({ model: files.digits, token: "secret", dashboard: dashboard(store) });
    const statusOf = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(server.url + path, { headers })).status;
    assert.equal(await statusOf("/dashboard"), 200);
    assert.equal(await statusOf("/dashboard/page.js"), 200);
    assert.equal(await statusOf("/dashboard/data"), 401);
    assert.equal(await statusOf("/dashboard/data?x=/page.js"), 401);
    for (const path of ["/dashboard/%64ata", "/dashboard/./%2e/data", "/dashboard//data", "/dashboard/data/"])
      assert.ok([401, 404].includes(await statusOf(path)), path);
    assert.equal(await statusOf("/dashboard/data", { authorization: "Bearer secret" }), 200);
    assert.equal(await statusOf("/metrics"), 401);
  });

  it("says what is not there, and when its store is gone", async () => {
    await using server = await start({ model: files.digits, dashboard: dashboard(store) });
    assert.equal((await fetch(`${server.url}/dashboard/other`)).status, 404);
    assert.equal((await fetch(`${server.url}/dashboard/constructor`)).status, 404);
    assert.equal((await fetch(`${server.url}/dashboard`, { method: "POST" })).status, 405);
    await store.close();
    const gone = await fetch(`${server.url}/dashboard/data`);
    assert.deepEqual([gone.status, await gone.json()], [503, { error: "SQLite: the database is closed" }]);
    await using without = await start({ model: files.digits });
    assert.equal((await fetch(`${without.url}/dashboard`)).status, 404);
  });

  it("says what is wrong with its options", async () => {
    assert.throws(() => dashboard({} as Store), /invalid store/);
    assert.throws(
      () => dashboard(store, { every: "1ms" }),
      /invalid every; expected a length of time.*at least 1000 ms/,
    );
    assert.throws(() => dashboard(store, { alerts: {} as never }), /invalid alerts/);
    await assert.rejects(
      start({ model: files.digits, dashboard: {} as never }),
      /invalid dashboard; expected one of ml\.monitor\.dashboard/,
    );
  });
});
