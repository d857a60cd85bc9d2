import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { type Backend, ready } from "../../../lib/engine/backend.js";
import { adviseFor, environment, nvidiaGpus } from "../../../lib/engine/environment.js";

const WASM: Backend = {
  name: "wasm",
  package: "@tensorflow/tfjs-backend-wasm",
  version: "4.22.0",
  threads: 4,
  gpu: false,
  tensorflow: undefined,
  attempts: [],
};
const cores = { available: 4, model: "" };

describe("environment", () => {
  before(() => ready());

  it("says which backend computes, why, and with what", async () => {
    const backend = await ready();
    const found = environment();
    assert.equal(found.backend, backend);
    assert.equal(found.why, backend.attempts.at(-1)?.reason);
    assert.equal(found.cores.available, availableParallelism());
    assert.equal(found.versions["@tensorflow/tfjs"], tf.version.tfjs);
    assert.equal(found.versions.node, process.versions.node);
    assert.match(found.versions.cellgrad ?? "", /^\d+\.\d+/);
    assert.ok(found.memory.process > 1e7 && found.memory.total >= found.memory.free);
    const tensor = tf.zeros([1000]);
    assert.equal(environment().memory.tensors - found.memory.tensors, 4000);
    tensor.dispose();
  });

  it("shows itself as text and as a table", async () => {
    const { name } = await ready();
    const bundle = environment()[Symbol.for("Jupyter.display") as never] as () => Record<string, string>;
    const shown = bundle();
    assert.match(shown["text/plain"] ?? "", new RegExp(`^backend +${name} \\(.+\\)$`, "m"));
    for (const row of ["threads", "gpu", "memory", "tensors", "versions"])
      assert.match(shown["text/plain"] ?? "", new RegExp(`^${row} +\\S`, "m"));
    assert.match(shown["text/html"] ?? "", /^<table>.*<\/table>$/s);
  });

  it("advises what would be faster here, and nothing where all is well", () => {
    const advise = (facts: Partial<Parameters<typeof adviseFor>[0]>) =>
      adviseFor({ backend: WASM, cores, gpus: [], compiles: true, ...facts }).map(({ what, how }) => `${what}: ${how}`);
    const native: Backend = { ...WASM, name: "tensorflow", threads: undefined };
    assert.deepEqual(advise({ backend: native }), []);
    assert.match(
      advise({ backend: { ...native, gpu: true }, gpus: ["NVIDIA T4"], compiles: false }).join("\n"),
      /^.*npm install onnxruntime-node --onnxruntime-node-install=skip$/,
    );
    assert.match(
      advise({ gpus: ["NVIDIA T4"] }).join("\n"),
      /NVIDIA T4 is not used: pip install 'tensorflow\[and-cuda\]', then: cellgrad backend build/,
    );
    assert.match(
      advise({ backend: { ...WASM, threads: 1 } }).join("\n"),
      /1 of 4 cores compute: start with CELLGRAD_THREADS=4/,
    );
    assert.match(advise({ backend: { ...WASM, name: "cpu", threads: 1 } }).join("\n"), /hundred times slower/);
    const attempts = [
      { candidate: "@tensorflow/tfjs-node", outcome: "failed", reason: "libtensorflow.so.2 not found" },
    ] as const;
    assert.match(
      advise({ backend: { ...WASM, attempts } }).join("\n"),
      /tfjs-node is installed but failed: libtensorflow.so.2 not found/,
    );
  });

  it("reads the names of NVIDIA's cards from the driver's folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "cellgrad-gpus-"));
    try {
      mkdirSync(join(folder, "0000:00:1e.0"));
      writeFileSync(join(folder, "0000:00:1e.0", "information"), "Model: \t\t Tesla T4\nIRQ:   \t\t 33\n");
      assert.deepEqual(nvidiaGpus(folder), ["Tesla T4"]);
      assert.deepEqual(nvidiaGpus(join(folder, "none")), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
