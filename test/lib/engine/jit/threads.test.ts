// How much a graph has to multiply, by hand, and that only a large one gets threads.
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { Graph } from "../../../../lib/engine/jit/graph.js";
import { encodeModel } from "../../../../lib/engine/jit/onnx-model.js";
import { createSession, loadRuntime, runtimeTensor, threadSettings } from "../../../../lib/engine/jit/onnxruntime.js";
import { products, threadsFor } from "../../../../lib/engine/jit/threads.js";

/** A convolution of 3×3 over 8 of 16 channels each, its transpose, a product of matrices either way, and a sum. */
function graph(batch: number): Graph {
  const made = new Graph();
  const images = made.input("images", [batch, 16, 10, 10], "float32");
  const filters = made.input("filters", [4, 8, 3, 3], "float32");
  const convolved = made.node("Conv", [images, filters], [batch, 4, 8, 8], { group: 2 });
  const back = made.node("ConvTranspose", [convolved, filters], [batch, 16, 10, 10], { group: 2 });
  const left = made.input("left", [5, 7], "float32");
  const right = made.input("right", [7, 3], "float32");
  const product = made.node("MatMul", [left, right], [5, 3]);
  const gram = made.node("Gemm", [left, left], [7, 7], { transA: 1 });
  made.output("sum", made.node("Add", [back, images], back.shape));
  made.output("product", product);
  made.output("gram", gram);
  made.node("MatMul", [right, left], [7, 7]);
  return made;
}

describe("threads of a graph", () => {
  it("follow from the products that it needs", () => {
    const convolution = 4 * 8 * 8 * (8 * 3 * 3);
    assert.equal(products(graph(1)), 2 * convolution + 5 * 3 * 7 + 7 * 7 * 5);
    assert.equal(products(graph(1000)), 2000 * convolution + 5 * 3 * 7 + 7 * 7 * 5);
  });

  it("are one for a small graph, and as many as may be for a large one", () => {
    assert.equal(threadsFor(graph(1), 2), 1);
    assert.equal(threadsFor(graph(2000), 2), 2);
    assert.ok(threadsFor(graph(2000)) >= 1);
  });

  it("look for work for a moment, and not between runs; a single one never", () => {
    assert.deepEqual(threadSettings(1), { intra_op: { allow_spinning: "0" } });
    const { intra_op, force_spinning_stop } = threadSettings(2);
    assert.equal(intra_op.allow_spinning, "1");
    assert.ok(Number(intra_op.spin_duration_us) > 0 && Number(intra_op.spin_duration_us) <= 100);
    assert.equal(force_spinning_stop, "1");
  });

  it("take no processor time between the runs of a session", async () => {
    const made = new Graph();
    const images = made.input("images", [64, 64], "float32");
    made.output("product", made.node("MatMul", [images, images], [64, 64]));
    const session = await createSession(encodeModel(made), 2);
    const runtime = await loadRuntime();
    const feeds = { images: runtimeTensor(runtime, "float32", new Float32Array(64 * 64), [64, 64]) };
    await session.run(feeds);
    await setTimeout(50);
    const before = process.cpuUsage();
    await setTimeout(400);
    const { user, system } = process.cpuUsage(before);
    await session.release();
    // A thread that went on looking would take 400,000 microseconds.
    assert.ok(user + system < 200_000, `${user + system} microseconds`);
  });
});
