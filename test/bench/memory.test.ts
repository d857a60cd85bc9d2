// What training costs in memory, in a kernel as a notebook has it: the bars of `npm run bench:memory`, held in a shorter run.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findContender, isMissing } from "./kernel/contenders.js";
import { RunningKernel } from "./kernel/running-kernel.js";
import { epochsOf, growthBar, peakBar, prepare, twentyEpochs, watched } from "./memory-cells.js";

describe("memory of a kernel that trains", function () {
  this.timeout(300_000);
  const directory = mkdtempSync(path.join(tmpdir(), "cellgrad-memory-"));
  let kernel: RunningKernel;
  before(async () => {
    const contender = findContender("cellgrad");
    if (isMissing(contender)) throw new Error(contender.why);
    kernel = await RunningKernel.start(contender, { directory, env: {} });
    await kernel.run({ code: "1 + 1" });
  });
  after(async () => {
    await kernel?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("is at most 600 MB above the idle kernel's with 5,000 digits", async () => {
    const idle = kernel.memory().megabytes;
    const prepared = await watched(kernel, prepare);
    const trained = await watched(kernel, "(await ml.fit(model, { ...options, epochs: 1 })).column('accuracy').at(-1)");
    assert.ok(Number(trained.text) > 0.7, trained.text);
    const above = Math.max(prepared.peak, trained.peak) - idle;
    console.log(`    idle ${idle.toFixed(0)} MB, peak ${above.toFixed(0)} MB more`);
    // Less than the digits themselves would mean that nobody looked.
    assert.ok(above > 5, String(above));
    assert.ok(above < peakBar, String(above));
  });

  it("grows over no epoch", async () => {
    const fewer = `options.train = ml.data.loader(train.subset(Array.from({ length: 640 }, (_, i) => i)),
      { batchSize: 32, shuffle: true, seed: 1, transform, workers: 2 })
    options.validation = ml.data.loader(test.subset([0, 1, 2, 3, 4, 5, 6]), { batchSize: 5, transform })`;
    await watched(kernel, fewer);
    const epochs = epochsOf((await watched(kernel, twentyEpochs)).text);
    assert.equal(epochs.length, 20);
    const [fifth, last] = [epochs[4], epochs[19]];
    assert.ok(fifth && last);
    assert.deepEqual([last.tensors, last.bytes], [fifth.tensors, fifth.bytes]);
    const growth = (last.rss - fifth.rss) / 1e6;
    console.log(`    ${growth.toFixed(0)} MB more after the last of 20 epochs than after the fifth`);
    assert.ok(growth < growthBar, epochs.map(({ rss }) => (rss / 1e6).toFixed(0)).join(" "));
  });
});
