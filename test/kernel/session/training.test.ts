// A kernel that trains: completion and documentation answer meanwhile, and Stop ends it at a batch with the model kept.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { slowness } from "../../jupyter-client/slowness.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const preparation = `
const model = tf.sequential({ layers: [
  tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 3, activation: "relu" }),
  tf.layers.flatten(),
  tf.layers.dense({ units: 10 }),
] });
const train = [{ xs: tf.randomNormal([64, 28, 28, 1], 0, 1, "float32", 1), ys: tf.range(0, 64, 1, "int32").mod(10) }];
const before = model.getWeights()[0]!.dataSync().slice();
let steps = 0;`;

const training = `await ml.fit(model, {
  train, epochs: 1_000_000,
  callbacks: [{ name: "counter", afterStep() { steps += 1; if (steps % 5 === 0) console.log("step", steps) } }],
})`;

describe("a kernel that trains", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    const { reply } = await kernel.execute(preparation);
    assert.equal(reply.status, "ok", JSON.stringify(reply));
  });
  after(() => kernel.close());

  it("completes and documents meanwhile, and keeps the model when it is stopped", async () => {
    const sent = kernel.start(training);
    let replied = false;
    void sent.reply.then(() => {
      replied = true;
    });
    const stepsShown = () =>
      Number(
        [
          ...sent.iopub
            .map(({ content }) => String(content.text ?? ""))
            .join("")
            .matchAll(/step (\d+)\n/g),
        ].at(-1)?.[1],
      );
    await kernel.printed(sent, "step 10\n");
    const first = stepsShown();
    const complete = async (code: string) => {
      const { matches } = await kernel.request("complete_request", { code, cursor_pos: code.length });
      return matches as string[];
    };
    const inspect = async (code: string) => {
      const { data } = await kernel.request("inspect_request", { code, cursor_pos: code.length, detail_level: 0 });
      return JSON.stringify(data);
    };
    const tries: { taken: number; allowed: number }[] = [];
    for (let time = 0; time < 4; time += 1) {
      const allowed = 1000 * slowness();
      const startedAt = performance.now();
      assert.ok((await complete("tf.")).includes("tensor"));
      assert.ok((await complete("model.sum")).includes("summary"));
      assert.match(await inspect("ml.fit"), /Trains a model/);
      assert.match(await inspect("steps"), /let steps: number/);
      tries.push({ taken: performance.now() - startedAt, allowed });
    }
    assert.ok(
      tries.some(({ taken, allowed }) => taken <= allowed),
      JSON.stringify(tries),
    );
    assert.equal(replied, false, "it still trains");
    await kernel.printed(sent, `step ${first + 10}\n`);

    await kernel.interrupt();
    const { content } = await sent.reply;
    assert.deepEqual([content.status, content.ename], ["error", "KeyboardInterrupt"]);
    const kept = await kernel.text("steps");
    assert.ok(Number(kept) >= first + 10);
    assert.equal(await kernel.text("await new Promise((go) => setTimeout(go, 200)); steps"), kept, "it trains no more");
    const moved = "model.getWeights()[0]!.dataSync().some((value, at) => value !== before[at])";
    assert.equal(await kernel.text(moved), "true", "the model has learnt");
    assert.equal(await kernel.text("(model.predict(train[0]!.xs) as tf.Tensor).shape.join()"), "'64,10'");
  });
});
