// Stop while the library trains: what was done is in the error and in the model, and the checkpoint goes on from there.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("stop while the library trains", () => {
  let kernel: KernelClient;
  let folder = "";
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "cellgrad-stopped-"));
    kernel = await startKernel();
  });
  after(async () => {
    await kernel.close();
    await rm(folder, { recursive: true, force: true });
  });

  const value = async (code: string): Promise<unknown> => {
    const { reply, outputs } = await kernel.execute(code);
    assert.equal(reply.status, "ok", JSON.stringify(reply));
    return outputs.at(-1)?.data?.["text/plain"];
  };

  it("gives the epochs to the cell's catch, and loses no step", async () => {
    const directory = JSON.stringify(path.join(folder, "run"));
    await value(`
      const features = Array.from({ length: 240 }, (_, i) => [Math.sin(i), Math.cos(i)]);
      const labels = features.map(([a, b]) => Number((a ?? 0) > (b ?? 0)));
      const loader = ml.data.loader(ml.data.fromArrays({ features, labels }), { batchSize: 8, shuffle: true, seed: 1 });
      const net = () => ml.models.mlp({ inputShape: [2], hidden: [4], classes: 2, seed: 1 });
      const model = net();
      let seen = -1;
      let steps = 0;
      // Slow, so that Stop comes while it trains.
      const slow: ml.callbacks.Callback = {
        name: "slow",
        afterStep: async (step) => {
          steps = step;
          if (step === 40) console.log("on");
          if (step > 40) await new Promise((go) => setImmediate(go));
          return undefined;
        },
      };`);
    const sent = kernel.start(`
      try {
        await ml.fit(model, { train: loader, epochs: 100000, seed: 3, callbacks: [ml.callbacks.checkpoint(${directory}), slow] });
      } catch (error) {
        seen = (error as ml.FitError).history.epochs.length;
        throw error;
      }`);
    await kernel.printed(sent, "on");
    await kernel.send("interrupt_request", {}, { channel: "control" }).reply;
    assert.equal((await sent.reply).content.ename, "KeyboardInterrupt");
    await sent.idle;
    // The cell is over at once; training ends at its next batch, and writes then.
    const written = await value(`
      const { readFile } = await import("node:fs/promises");
      const read = async () => JSON.parse(await readFile(${directory} + "/checkpoint.json", "utf8"));
      while ((await read()).steps !== steps) await new Promise((go) => setTimeout(go, 20));
      const done = (await read()).epochs.length;
      [seen === done, done >= 1, steps > 40].join()`);
    assert.equal(written, "'true,true,true'");
    const same = await value(`
      const resumed = await ml.fit(net(), { train: loader, epochs: done + 2, resume: ${directory} });
      const whole = await ml.fit(net(), { train: loader, epochs: done + 2, seed: 3 });
      const gap = Math.max(...resumed.column("loss").map((loss, i) => Math.abs(loss - (whole.column("loss")[i] ?? NaN))));
      gap === 0`);
    assert.equal(same, "true");
  });
});
