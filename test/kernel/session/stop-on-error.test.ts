// What becomes of the requests behind a failing cell: executions are aborted, everything else is answered.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("stop on error", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    await kernel.execute("let ran = 0");
  });
  after(() => kernel.close());

  const ran = () => kernel.text("ran");

  for (const [kind, failing] of [
    ["a runtime error", "throw new Error('stop')"],
    ["a type error", "const wrong: number = ''"],
    ["a syntax error", "const = 1"],
    ["an error of a magic", "%nosuchmagic"],
  ] as const) {
    it(`aborts the cells queued behind ${kind}, and only those`, async () => {
      await kernel.execute("ran = 0");
      const failed = kernel.start(failing);
      const behind = [1, 2, 3].map(() => kernel.start("ran += 1; console.log('ran')"));
      const info = kernel.send("kernel_info_request", {});
      const complete = kernel.send("complete_request", { code: "Math.ma", cursor_pos: 7 });
      assert.equal((await failed.reply).content.status, "error");
      for (const sent of behind) {
        assert.equal((await sent.reply).content.status, "aborted");
        await sent.idle;
        assert.deepEqual(
          sent.iopub.map(({ content }) => content.execution_state),
          ["busy", "idle"],
        );
      }
      assert.equal((await info.reply).content.status, "ok");
      assert.equal((await complete.reply).content.status, "ok");
      assert.equal(await ran(), "0");
    });
  }

  it("runs what is sent after the failed cell was answered", async () => {
    await kernel.execute("ran = 0");
    assert.equal((await kernel.start("throw new Error('stop')").reply).content.status, "error");
    assert.equal((await kernel.execute("ran += 1")).reply.status, "ok");
    assert.equal(await ran(), "1");
  });

  it("with stop_on_error: false runs them all", async () => {
    await kernel.execute("ran = 0");
    const failed = kernel.start("throw new Error('go on')", { stop_on_error: false });
    const behind = kernel.start("ran += 1");
    assert.equal((await failed.reply).content.status, "error");
    assert.equal((await behind.reply).content.status, "ok");
    assert.equal(await ran(), "1");
  });

  it("with silent aborts nothing", async () => {
    await kernel.execute("ran = 0");
    const failed = kernel.start("throw new Error('quiet')", { silent: true });
    const behind = kernel.start("ran += 1");
    assert.equal((await failed.reply).content.status, "error");
    assert.equal((await behind.reply).content.status, "ok");
  });

  it("does not use up numbers for aborted cells", async () => {
    const failed = kernel.start("throw new Error('stop')");
    const aborted = kernel.start("1");
    const count = Number((await failed.reply).content.execution_count);
    await aborted.reply;
    assert.equal((await kernel.execute("1")).reply.execution_count, count + 1);
  });
});
