// A store and alarms that a cell has started go on when the cell is stopped: their timers belong to no cell.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const watching = `
const store = await ml.monitor.open("sqlite::memory:", { batchDelay: "1m" });
const alarms = ml.monitor.alerts(store, { rules: [{ metric: "predictions", below: 2 }], every: "50ms" });
while ((await alarms.events()).length === 0) await new Promise((go) => setTimeout(go, 20));
store.append({ id: "a", prediction: { label: "x" } });
console.log("it waits");
await new Promise(() => {});`;

describe("a kernel that watches predictions", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  it("goes on after Stop", async () => {
    const sent = kernel.start(watching);
    await kernel.printed(sent, "it waits\n");
    await kernel.interrupt();
    const { content } = await sent.reply;
    assert.deepEqual([content.status, content.ename], ["error", "KeyboardInterrupt"]);
    const flushed = `store.append({ id: "b", prediction: { label: "x" } }); await store.flush(); store.counts.written`;
    assert.equal(await kernel.text(flushed), "2");
    const resolved = `
      while ((await alarms.events()).length < 2) await new Promise((go) => setTimeout(go, 20));
      (await alarms.states())[0]!.status`;
    assert.equal(await kernel.text(resolved), "'ok'");
    assert.equal(await kernel.text("await alarms.close(); await store.close(); store.isClosed"), "true");
  });
});
