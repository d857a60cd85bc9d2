// Training that can't be compiled goes on eagerly, learns as much, and says why in its history: for what a loss does, and where the runtime
// of compiled steps is not installed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../lib/engine/backend.js";
import { crossEntropy } from "../../../lib/losses/index.js";
import type { LossChoice } from "../../../lib/losses/named-loss.js";
import { type BlobRun, trainBlobs } from "./blob-run.js";

const losses: Readonly<Record<string, { readonly loss: LossChoice; readonly reason: RegExp }>> = {
  "reads a value": {
    loss: (yTrue, yPred) => {
      const value = crossEntropy(yTrue, yPred);
      return Number.isFinite(value.dataSync()[0]) ? value : value.mul(2).asScalar();
    },
    reason: /^eager: the step reads a tensor's values/,
  },
  "calls Math.random": {
    loss: (yTrue, yPred) =>
      crossEntropy(yTrue, yPred)
        .mul(1 + Math.random() * 1e-9)
        .asScalar(),
    reason: /^eager: the step makes a tensor from Math\.random\(\)/,
  },
  "counts its calls": {
    loss: (() => {
      let calls = 0;
      return (yTrue, yPred) =>
        crossEntropy(yTrue, yPred)
          .add(++calls * 1e-9)
          .asScalar();
    })(),
    reason: /^eager: two steps .* a number made in JavaScript changes from call to call/,
  },
  "uses a kernel without a lowering": {
    loss: (yTrue, yPred) =>
      crossEntropy(yTrue, yPred)
        .add(tf.cumprod(yTrue.cast("float32").mul(0).add(1)).mean().sub(1))
        .asScalar(),
    reason: /^eager: no lowering for kernel Cumprod/,
  },
};

/** Runs `trainBlobs` in a process where onnxruntime-node is not to be found. */
async function withoutRuntime(): Promise<BlobRun> {
  const directory = await mkdtemp(join(tmpdir(), "cellgrad-without-runtime-"));
  try {
    const hook = `export const resolve = (name, context, next) => {
      if (name === "onnxruntime-node") throw new Error("Cannot find package 'onnxruntime-node'");
      return next(name, context);
    };`;
    const module = new URL("./blob-run.js", import.meta.url).href;
    const script = join(directory, "script.mjs");
    await writeFile(
      script,
      `import { register } from "node:module";
      register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hook)}));
      const { trainBlobs } = await import(${JSON.stringify(module)});
      process.stdout.write("\\nrun: " + JSON.stringify(await trainBlobs()));`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: directory, timeout: 60_000 });
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\nrun: ") + 6)) as BlobRun;
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe("training that can't be compiled", () => {
  let eager: BlobRun;
  before(async () => {
    await useBackend({ backend: "wasm" });
    eager = await trainBlobs({ mode: "eager" });
    assert.equal(eager.engine, "eager: asked for");
  });

  /** Equal but for the trace that the loss leaves in the numbers. */
  function assertSame(found: BlobRun): void {
    assert.equal(found.losses.length, eager.losses.length);
    for (const [i, loss] of eager.losses.entries())
      assert.ok(Math.abs((found.losses[i] ?? Number.NaN) - loss) < 1e-4, `epoch ${i}: ${found.losses[i]}, ${loss}`);
    assert.equal(found.accuracy, eager.accuracy);
    assert.equal(found.accuracy, 1);
  }

  for (const [what, { loss, reason }] of Object.entries(losses))
    it(`since its loss ${what}`, async () => {
      const run = await trainBlobs({ loss });
      assert.match(run.engine, reason);
      assertSame(run);
    });

  it("since onnxruntime-node is not there: training and evaluation go on eagerly", async () => {
    const run = await withoutRuntime();
    assert.match(run.engine, /^eager: onnxruntime-node could not be loaded \(npm install .*\): Cannot find package/);
    assertSame(run);
  });

  it("and with mode compiled says so instead of training", async () => {
    await assert.rejects(trainBlobs({ mode: "compiled", loss: losses["reads a value"]?.loss ?? "crossEntropy" }), {
      message: /expected one that can be compiled: the step reads a tensor's values/,
    });
  });
});
