// `tf`, `ml` and `display` from the first cell on: typed, there, and loaded without being asked for.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("preloaded", () => {
  let kernel: KernelClient;
  beforeEach(async () => {
    kernel = await startKernel();
  });
  afterEach(() => kernel.close());

  it("tf is in scope of the first cell, with its types", async () => {
    const { reply, outputs } = await kernel.execute(
      "const t: tf.Tensor2D = tf.tensor2d([[1, 2], [3, 4]]); t.sum().dataSync()[0]",
    );
    assert.equal(reply.status, "ok", JSON.stringify(reply));
    assert.equal(outputs[0]?.data?.["text/plain"], "10");
    const wrong = await kernel.execute("tf.tensor2d('text').noSuchMethod()");
    assert.equal(wrong.reply.ename, "TypeScriptError");
    assert.match(String(wrong.reply.traceback), /noSuchMethod/);
  });

  it("ml and display are in scope of the first cell, with their types", async () => {
    const { reply, outputs } = await kernel.execute(
      "display(typeof ml.fit); const wrong = ml; [typeof display.html, typeof wrong]",
    );
    assert.equal(reply.status, "ok", JSON.stringify(reply));
    assert.deepEqual(
      outputs.map(({ data }) => data?.["text/plain"]),
      ["'function'", "[ 'function', 'object' ]"],
    );
    assert.equal((await kernel.execute("ml.noSuchFunction()")).reply.ename, "TypeScriptError");
    assert.equal((await kernel.execute("display.html(5)")).reply.ename, "TypeScriptError");
  });

  it("completion and documentation know them before any cell has run", async () => {
    const { matches } = await kernel.request("complete_request", { code: "tf.tensor", cursor_pos: 9 });
    assert.ok((matches as string[]).includes("tensor2d"), String(matches));
    const { found, data } = await kernel.request("inspect_request", {
      code: "display.html",
      cursor_pos: 12,
      detail_level: 0,
    });
    assert.equal(found, true);
    assert.match(JSON.stringify(data), /Shows HTML/);
  });

  it("TensorFlow.js loads by itself, without a cell that names it", async () => {
    const loaded = "Object.keys(require.cache).some((path) => /tfjs-core/.test(path))";
    const until = performance.now() + 20_000;
    while ((await kernel.text(loaded)) !== "true") {
      assert.ok(performance.now() < until, "not loaded");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
});
