// The library's example cells about production run as they stand after a training, offline, and show what they promise.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Workplace } from "../kernel/cli/command.js";
import { failed, NotebookRun } from "./notebook-run.js";

describe("notebook of the library's example cells about production", function () {
  this.timeout(400_000);
  const workplace = new Workplace();
  let run: NotebookRun;
  before(async () => {
    run = await NotebookRun.of("test/notebooks/api-production.ipynb", workplace);
    console.log(`    ${run.seconds.toFixed(1)} s (machine ${run.busy.toFixed(1)} × busy)`);
  });
  after(() => workplace.remove());

  it("runs to its end, though an alarm and a store are left open", () => {
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(run.codeCells.filter(failed), []);
  });

  it("exports and compresses, and says what that brought", () => {
    assert.match(run.text("onnx"), /bytes[\s\S]*Conv[\s\S]*onnxruntime/);
    for (const written of ["model.onnx", "model-tfjs/model.json", "model.safetensors", "model-int8.onnx", "monitor.db"])
      assert.ok(existsSync(workplace.path(written)), written);
    assert.match(run.text("quantize"), /size[\s\S]*÷ [34][\s\S]*accuracy/);
    assert.match(run.text("prune"), /parameters|weights/);
  });

  it("serves, and sees in the store what became of the pictures", () => {
    assert.match(run.text("server"), /^url +http:\/\/127\.0\.0\.1:\d+\nmodel +model\.onnx/);
    assert.match(run.text("drift"), /drift[\s\S]*(brightness|contrast)[\s\S]*PSI|PSI[\s\S]*brightness/);
    assert.match(run.text("alerts"), /accuracy below 0\.9 /);
  });

  it("tests and releases", () => {
    assert.match(run.text("gradient-check"), /\S/);
    assert.match(run.text("pipeline"), /gate[\s\S]*(promoted|refused)/);
    assert.ok(existsSync(workplace.path("releases")));
  });
});
