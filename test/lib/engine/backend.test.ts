import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { type Backend, ready, useBackend } from "../../../lib/engine/backend.js";
import { restoreRemovedUtilities } from "../../../lib/engine/tensorflow-backend.js";

const backendUrl = new URL("../../../lib/engine/backend.js", import.meta.url).href;

/** Runs statements in a process of their own, after the backend module is imported; gives what they print. */
async function inProcess(statements: string, environment: Record<string, string> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "cellgrad-backend-"));
  try {
    const script = join(directory, "script.mjs");
    const imports = `import { ready, useBackend } from ${JSON.stringify(backendUrl)}; import * as tf from ${JSON.stringify(import.meta.resolve("@tensorflow/tfjs"))};`;
    await writeFile(script, imports + statements);
    const options = { cwd: directory, env: { ...process.env, ...environment }, timeout: 30_000 };
    const { stdout } = await promisify(execFile)(process.execPath, [script], options);
    return stdout.trim();
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe("the backend", () => {
  it("is started once, and the same afterwards", async () => {
    const first = await ready();
    assert.notEqual(first.name, "cpu");
    assert.equal(tf.getBackend(), first.name);
    assert.equal(await ready(), first);
    assert.equal(await useBackend(), first);
    assert.equal(await useBackend({ backend: first.name }), first);
    const started = performance.now();
    for (let i = 0; i < 100; i++) await ready();
    assert.ok(performance.now() - started < 50);
  });

  it("says for each candidate how it fared", async () => {
    const { attempts, name } = await ready();
    assert.equal(attempts.at(-1)?.outcome, "used");
    if (name === "wasm") {
      assert.deepEqual(
        attempts.map(({ candidate }) => candidate),
        ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node", "@tensorflow/tfjs-backend-wasm"],
      );
      for (const { reason } of attempts) assert.ok(reason.length > 0);
    }
  });

  it("refuses what it does not know", () => {
    assert.throws(
      () => useBackend({ backend: "webgl" as "wasm" }),
      /invalid backend; expected one of auto, tensorflow, wasm, cpu: "webgl"/,
    );
    assert.throws(() => useBackend({ threads: 0 }), /invalid threads; expected an integer from 1 to 8: 0/);
    assert.throws(() => useBackend({ threads: 1.5 }), /invalid threads/);
  });

  it("computes with two threads, and the process ends by itself", async () => {
    const printed = await inProcess(`
      const backend = await useBackend({ backend: "wasm", threads: 2 });
      const a = tf.ones([300, 200]);
      const sum = tf.tidy(() => tf.sum(tf.matMul(a, a, true)).dataSync()[0]);
      console.log(JSON.stringify([backend.name, backend.threads, sum, process.listenerCount("uncaughtException"), "Worker" in globalThis]));`);
    assert.deepEqual(JSON.parse(printed), ["wasm", 2, 200 * 200 * 300, 0, false]);
  });

  it("keeps running as it was after a request that cannot be met", async () => {
    const printed = await inProcess(`
      await useBackend({ backend: "wasm", threads: 1 });
      const kept = tf.tensor1d([1, 2]);
      const message = await useBackend({ backend: "wasm", threads: 2 }).then(() => "", (error) => error.message);
      console.log(JSON.stringify([message, tf.getBackend(), [...kept.add(1).dataSync()], (await useBackend()).threads]));`);
    const [message, ...rest] = JSON.parse(printed) as [string, ...unknown[]];
    assert.match(message, /invalid threads; expected 1, with which the wasm backend runs in this process: 2/);
    assert.deepEqual(rest, ["wasm", [2, 3], 1]);
  });

  it("is plain cpu only for who asks", async () => {
    const printed = await inProcess(
      `const { name, attempts } = await ready(); console.log(JSON.stringify([name, attempts.length]));`,
      { CELLGRAD_BACKEND: "cpu" },
    );
    assert.match(printed, /\["cpu",1\]$/);
  });

  it("explains a native backend that is asked for and not there", async () => {
    const printed = await inProcess(
      `console.log(await useBackend({ backend: "tensorflow" }).then((b) => b.name, (error) => error.message));`,
      { XDG_DATA_HOME: "/nonexistent" },
    );
    assert.match(printed, /tensorflow-?.*/);
    if (printed !== "tensorflow") {
      assert.match(
        printed,
        /@tensorflow\/tfjs-node-gpu (absent|failed): .+\n.*@tensorflow\/tfjs-node (absent|failed): .+/,
      );
    }
  });

  it("puts back what Node 23 took from node:util", () => {
    restoreRemovedUtilities();
    const util = process.getBuiltinModule("node:util") as unknown as { isNullOrUndefined(value: unknown): boolean };
    assert.deepEqual(
      [null, undefined, 0, ""].map((value) => util.isNullOrUndefined(value)),
      [true, true, false, false],
    );
  });
});

describe("the running backend", () => {
  let backend: Backend;
  before(async () => {
    backend = await ready();
  });

  it("refuses a convolution over too small an image, and works on", () => {
    if (backend.name !== "wasm") return;
    const x = tf.ones<tf.Rank.R4>([1, 4, 8, 3]);
    const filter = tf.ones<tf.Rank.R4>([5, 5, 3, 2]);
    assert.throws(() => tf.conv2d(x, filter, 1, "valid"), /invalid x; expected at least 5 × 5 pixels .*: 4 × 8/);
    assert.throws(() => tf.depthwiseConv2d(x, filter, 1, "valid"), /invalid x/);
    assert.deepEqual(
      [
        ...tf
          .ones([2, 2])
          .matMul(tf.ones([2, 2]))
          .dataSync(),
      ],
      [2, 2, 2, 2],
    );
    assert.equal(tf.conv2d(x, filter, 1, "same").shape[1], 4);
  });

  it("reduces nothing to the neutral number", () => {
    tf.tidy(() => {
      tf.fill([64], 7).dispose();
      assert.equal(tf.sum(tf.ones([0, 3])).dataSync()[0], 0);
      assert.deepEqual([...tf.max(tf.ones([0, 3]), 0).dataSync()], Array(3).fill(Number.NEGATIVE_INFINITY));
      assert.ok([...tf.mean(tf.ones([0, 3]), 0).dataSync()].every(Number.isNaN));
      assert.deepEqual([...tf.matMul(tf.ones([2, 0]), tf.ones([0, 2])).dataSync()], [0, 0, 0, 0]);
    });
  });

  it("multiplies batches of matrices, transposed or not, as the definition says", () => {
    tf.tidy(() => {
      for (const [transposeA, transposeB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ]) {
        for (const [m, k, n] of [
          [4, 5, 6],
          [17, 33, 9],
        ] as const) {
          const a = tf.randomUniform(transposeA ? [2, 3, k, m] : [2, 3, m, k], -1, 1, "float32", 1);
          const b = tf.randomUniform(transposeB ? [2, 3, n, k] : [2, 3, k, n], -1, 1, "float32", 2);
          const product = tf.matMul(a, b, transposeA, transposeB);
          const left = (transposeA ? a.transpose([0, 1, 3, 2]) : a).expandDims(4);
          const right = (transposeB ? b.transpose([0, 1, 3, 2]) : b).expandDims(2);
          const difference = tf.max(tf.abs(product.sub(left.mul(right).sum(3)))).dataSync()[0] ?? 1;
          assert.ok(difference < 1e-5, `${difference}`);
        }
      }
    });
  });
});
