// The dashboard in Chromium: charts that follow the store, no message in the console, and the token that it asks for.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { alerts, dashboard, open, type Store } from "../../lib/monitor/index.js";

/** A dashboard without ml.serve: any server can carry it. */
function serverOf(store: Store, token?: string): Server {
  const watched = alerts(store, { rules: [{ metric: "accuracy", below: 0.9, atLeast: 5 }], manual: true });
  const pages = dashboard(store, {
    ...{ alerts: watched, every: "1s" },
    reference: { load: Array.from({ length: 100 }, (_, i) => i) },
  });
  return createServer(async (request, response) => {
    const path = (request.url ?? "").replace(/^\/live/, "");
    if (!pages.isPublic(path) && token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return response.writeHead(401).end();
    const page = await pages.answer(path, "/live");
    response.writeHead(page?.status ?? 404, page?.headers).end(page?.body);
  });
}

describe("the dashboard in a browser", () => {
  let browser: Browser;
  let store: Store;
  let server: Server | undefined;
  let page: Page;
  const messages: string[] = [];
  before(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CELLGRAD_TEST_BROWSER ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
  });
  after(() => browser?.close());
  beforeEach(async () => {
    store = await open("sqlite::memory:");
    messages.length = 0;
    page = await browser.newPage();
    page.on("pageerror", (error) => messages.push(error.message));
    page.on("console", (message) => messages.push(message.text()));
  });
  afterEach(async () => {
    await page.close();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
    await store.close();
  });

  async function listen(token?: string): Promise<string> {
    server = serverOf(store, token);
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/live`;
  }

  let next = 0;
  async function log(count: number): Promise<void> {
    const ids = Array.from({ length: count }, () => `p${next++}`);
    for (const [i, id] of ids.entries())
      store.append({
        id,
        prediction: { class: i % 2, label: i % 2 ? "odd" : "even", probabilities: [0.5, 0.5] },
        features: { load: 200 + i },
        milliseconds: 1 + i,
      });
    await store.flush();
    await store.label(Object.fromEntries(ids.map((id, i) => [id, i % 3 ? i % 2 : 0])));
  }

  it("draws what is in the store, and what comes", async () => {
    const url = await listen();
    await page.goto(url);
    await page.getByText("No predictions in the last 1d").waitFor();
    await log(60);
    await page.locator("#predictions svg").waitFor();
    for (const name of ["performance", "classes", "alarms"]) await page.locator(`#${name} svg`).waitFor();
    // As a chart, and as a table below it.
    await page.locator("#drift-chart svg").waitFor();
    await page.locator("#drift").getByText("drift in 1 of 1 features").first().waitFor();
    await page.locator("#predictions").getByText("the newest 60,").waitFor();
    await log(40);
    await page.locator("#predictions").getByText("the newest 100,").waitFor();
    assert.equal(await page.locator("#predictions svg").count(), 1);
    assert.deepEqual(messages, []);
  });

  it("asks for the token, keeps it for the visit, and says when the store is gone", async () => {
    const url = await listen("secret");
    await log(10);
    page.on("dialog", (dialog) => dialog.accept("secret"));
    await page.goto(url);
    await page.locator("#predictions svg").waitFor();
    await store.close();
    await page.getByText("since then: SQLite: the database is closed").waitFor();
    assert.equal(await page.locator("#predictions svg").count(), 1);
  });
});
