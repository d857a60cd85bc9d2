// A label that is no class is refused by a compiled step as by an eager one, wherever it comes, and the step then changes nothing.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../lib/engine/backend.js";
import { compile } from "../../../lib/engine/jit/compile.js";
import { compileInference } from "../../../lib/engine/jit/compile-inference.js";
import { crossEntropy } from "../../../lib/losses/index.js";
import { sgd } from "../../../lib/optimizers/index.js";

const xs = () => tf.tensor2d([0.5, -1, 2, 0.1, 1, 1], [3, 2]);
const labels = (values: number[], dtype: "int32" | "float32") => tf.tensor1d(values, dtype);

const wrong = [
  { values: [0, 7, 1], dtype: "int32", message: /^Error: invalid yTrue\[1\]; expected a class from 0 to 1, .*: 7$/ },
  { values: [0, 1, -1], dtype: "int32", message: /invalid yTrue\[2\]; .*: -1$/ },
  { values: [0.5, 1, 1], dtype: "float32", message: /invalid yTrue\[0\]; .*: 0.5$/ },
  { values: [0, Number.NaN, 1], dtype: "float32", message: /invalid yTrue\[1\]; .*: NaN$/ },
] as const;

describe("labels of a compiled step", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const { values, dtype, message } of wrong)
    for (const accumulateGradBatches of [1, 2])
      it(`${dtype} ${values.join(", ")}, ${accumulateGradBatches} a time`, async () => {
        const before = tf.memory().numTensors;
        const weights = tf.tidy(() => tf.variable(tf.tensor2d([0.1, 0.2, -0.3, 0.4], [2, 2]), true));
        const step = compile((x, y) => crossEntropy(y ?? weights, tf.matMul(x ?? weights, weights)), {
          optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
          accumulateGradBatches,
        });
        const [x, good, bad] = [xs(), labels([0, 1, 1], dtype), labels([...values], dtype)];
        const modes: string[] = [];
        // A first step makes the optimizer's slots, of zeros.
        step.restore({ steps: 0, slots: { velocity: [{ shape: [2, 2], values: new Float32Array(4) }] } }, [weights]);
        // Recorded, recorded again, compiled: before each of them the wrong labels come once.
        for (let i = 0; i < 4; i++) {
          const kept = { state: step.state(), weights: weights.dataSync().slice() };
          await assert.rejects(step(x, bad), message);
          assert.deepEqual({ state: step.state(), weights: weights.dataSync().slice() }, kept, `step ${i}`);
          const { mode, loss } = await step(x, good);
          assert.ok(Number.isFinite(loss));
          modes.push(mode);
        }
        assert.deepEqual(modes, ["compiled", "compiled", "compiled", "compiled"]);
        assert.equal(step.status().batches, 4);
        await step.dispose();
        tf.dispose([weights, x, good, bad]);
        assert.equal(tf.memory().numTensors, before);
      });

  it("are looked at where a step can't be compiled, too", async () => {
    const weights = tf.tidy(() => tf.variable(tf.tensor2d([0.1, 0.2, -0.3, 0.4], [2, 2]), true));
    const step = compile(
      (x, y) => crossEntropy(y ?? weights, tf.matMul(x ?? weights, weights).mul(1 + Math.random() * 1e-9)),
      { optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) },
    );
    const [x, good, bad] = [xs(), labels([0, 1, 1], "int32"), labels([0, 1, 2], "int32")];
    for (let i = 0; i < 3; i++) {
      const kept = weights.dataSync().slice();
      await assert.rejects(step(x, bad), /invalid yTrue\[2\]; .*: 2$/);
      assert.deepEqual(weights.dataSync(), kept);
      assert.equal((await step(x, good)).mode, "eager");
    }
    await step.dispose();
    tf.dispose([weights, x, good, bad]);
  });

  it("are looked at by a compiled function, which runs eagerly for it", async () => {
    const before = tf.memory().numTensors;
    const loss = compileInference((x, y) => crossEntropy(y as tf.Tensor, x as tf.Tensor));
    const [x, good, bad] = [xs(), labels([0, 1, 1], "int32"), labels([0, 1, 2], "int32")];
    for (let i = 0; i < 2; i++) {
      await assert.rejects(loss(x, bad), /invalid yTrue\[2\]; .*: 2$/);
      const { mode, reason, outputs } = await loss(x, good);
      assert.equal(mode, "eager");
      assert.match(reason ?? "", /checks the values of its inputs/);
      const eager = crossEntropy(good, x);
      assert.deepEqual([...(outputs[0]?.data ?? [])], [...eager.dataSync()]);
      eager.dispose();
    }
    await loss.dispose();
    tf.dispose([x, good, bad]);
    assert.equal(tf.memory().numTensors, before);
  });
});
