// A run of onnxruntime ends though everything is cleared that the caller's asynchronous context had waiting, as Stop does in a notebook.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../../lib/engine/backend.js";
import { compile } from "../../../../lib/engine/jit/compile.js";
import { sgd } from "../../../../lib/optimizers/index.js";

const cell = new AsyncLocalStorage<NodeJS.Immediate[]>();

describe("compiled steps and Stop", () => {
  const own = globalThis.setImmediate;
  before(async () => {
    await ready();
    globalThis.setImmediate = ((...given: Parameters<typeof own>) => {
      const handle = own(...given);
      cell.getStore()?.push(handle);
      return handle;
    }) as typeof own;
  });
  after(() => {
    globalThis.setImmediate = own;
  });

  it("a step that waits for its turn when its cell's turns are cleared comes to its end", async () => {
    const weight = tf.variable(tf.tensor1d([1, 2]));
    const step = compile((xs: tf.Tensor) => tf.sum(tf.mul(xs, weight)) as tf.Scalar, {
      optimizer: sgd({ learningRate: 0.1 }),
      variables: [weight],
      mode: "compiled",
    });
    const xs = tf.tensor1d([1, 1]);
    await step(xs);
    await step(xs);
    const waiting: NodeJS.Immediate[] = [];
    await cell.run(waiting, async () => {
      const third = step(xs);
      for (let i = 0; i < 20; i++) {
        await Promise.resolve();
        for (const handle of waiting.splice(0)) clearImmediate(handle);
      }
      const { loss } = await third;
      assert.ok(Math.abs(loss - (3 - 0.4)) < 1e-6, String(loss));
    });
    await step.dispose();
    tf.dispose([weight, xs]);
  });
});
