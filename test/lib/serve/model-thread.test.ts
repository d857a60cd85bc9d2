// A model's thread: what dies is started anew, and what it had is refused with 503; what can't be read is told.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { ModelThread } from "../../../lib/serve/model-thread.js";
import { Overload } from "../../../lib/serve/request-failure.js";
import { answersOf, type ModelFiles, modelFiles } from "./model-files.js";

describe("serve: a model's thread", () => {
  let files: ModelFiles;
  before(async () => {
    files = await modelFiles();
  });
  after(() => files.remove());

  it("answers, and says what the model takes", async () => {
    const thread = await ModelThread.start({ bytes: readFileSync(files.table), threads: 1 });
    assert.deepEqual(thread.inputs, [{ name: "input", type: "float32", shape: ["batch", 4] }]);
    assert.deepEqual(
      thread.outputs.map(({ type, shape }) => [type, shape]),
      [["float32", ["batch", 3]]],
    );
    const values = Float32Array.of(1, 2, 3, 4, -1, -2, -3, -4);
    const expected = await answersOf(files.table, "float32", values.slice(), [2, 4]);
    assert.deepEqual(Array.from(await thread.run(values, [2, 4])), expected);
    await assert.rejects(thread.run(new Float32Array(3), [1, 3]), /input/);
    await thread.close();
    assert.equal(thread.isReady, false);
  });

  it("is started anew when it dies", async () => {
    const workers: Worker[] = [];
    const { postMessage } = Worker.prototype;
    // The only way to it: a dead thread is nothing that the server offers.
    Worker.prototype.postMessage = function (this: Worker, ...args: Parameters<typeof postMessage>) {
      workers.push(this);
      return postMessage.apply(this, args);
    };
    try {
      const thread = await ModelThread.start({ bytes: readFileSync(files.table), threads: 1 });
      const first = thread.run(new Float32Array(4), [1, 4]);
      const refused = assert.rejects(first, Overload);
      await workers[0]?.terminate();
      await refused;
      assert.throws(() => thread.run(new Float32Array(4), [1, 4]), Overload);
      while (!thread.isReady) await sleep(10);
      assert.equal((await thread.run(new Float32Array(4), [1, 4])).length, 3);
      await thread.close();
    } finally {
      Worker.prototype.postMessage = postMessage;
    }
  });

  it("says that a file is no model, and ends", async () => {
    await assert.rejects(
      ModelThread.start({ bytes: Buffer.from("hello"), threads: 1 }),
      /^Error: invalid model; expected a file that onnxruntime reads: /,
    );
  });
});
