// A kernel with 500 cells behind it answers as fast as a fresh one. The two take turns, so that a busy machine slows both
// alike; test/bench/soak.ts runs 2,000 cells and looks at memory.
import assert from "node:assert/strict";
import { median } from "../../bench/kernel/statistics.js";
import { soakCell } from "../../bench/soak/cells.js";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const [before, warmUp, measured, slowdownBar] = [500, 20, 100, 1.5];

/** Runs one cell and checks what it shows; resolves to its milliseconds. */
async function run(kernel: KernelClient, i: number): Promise<number> {
  const { code, shows } = soakCell(i);
  const start = performance.now();
  const { reply, outputs } = await kernel.execute(code);
  const took = performance.now() - start;
  assert.equal(reply.status, "ok", `cell ${i}: ${String(reply.evalue)}`);
  const shown = outputs.find(({ type }) => type === "execute_result")?.data?.["text/plain"];
  if (shows !== undefined) assert.equal(shown, shows, `cell ${i}`);
  return took;
}

describe("a long session", () => {
  it(`is at most ${slowdownBar} times as slow after ${before} cells as a fresh one`, async () => {
    const old = await startKernel();
    try {
      for (let i = 0; i < before; i++) await run(old, i);
      const fresh = await startKernel();
      try {
        for (let i = 0; i < warmUp; i++) await run(fresh, i);
        const times: { old: number; fresh: number }[] = [];
        for (let i = 0; i < measured; i++) {
          times.push({ fresh: await run(fresh, warmUp + i), old: await run(old, before + i) });
        }
        const ratio = median(times.map((it) => it.old)) / median(times.map((it) => it.fresh));
        assert.ok(ratio <= slowdownBar, `${ratio.toFixed(2)} times as slow`);
      } finally {
        await fresh.close();
      }
    } finally {
      await old.close();
    }
  });
});
