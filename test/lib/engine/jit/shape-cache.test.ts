// Inputs of many shapes: the number of graphs stays bounded, results stay the same, and a shape that stays gets its graph in the end.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../lib/engine/backend.js";
import { blockLength } from "../../../../lib/engine/jit/block-length.js";
import { compile, type StepMode } from "../../../../lib/engine/jit/compile.js";
import { compileInference } from "../../../../lib/engine/jit/compile-inference.js";
import { MOST_GRAPHS } from "../../../../lib/engine/jit/shape-cache.js";
import { countingSessions, type SessionCount } from "../../training/open-sessions.js";
import { randomTensor } from "./against-eager.js";
import { momentumSgd } from "./momentum.js";

/** A sum over rows, so that each number of rows is a shape. */
function problem() {
  const w = tf.tidy(() => tf.variable(tf.tensor2d([0.3, -0.2, 0.5], [3, 1]), true));
  const predict = (x: tf.Tensor | undefined): tf.Tensor => tf.mean(tf.tanh(tf.matMul(x ?? w, w)));
  return { w, predict, loss: (x: tf.Tensor | undefined) => tf.square(tf.sub(predict(x), 0.4)) };
}

interface Run {
  readonly losses: number[];
  readonly modes: string[];
  readonly open: number;
}

async function train(rows: readonly number[], mode: "auto" | StepMode, count: SessionCount): Promise<Run> {
  const { w, loss } = problem();
  const step = compile(loss, { optimizer: momentumSgd(0.05), mode, variables: [w] });
  const [losses, modes]: [number[], string[]] = [[], []];
  let open = 0;
  for (const [i, n] of rows.entries()) {
    const x = randomTensor([n, 3], i);
    const result = await step(x);
    x.dispose();
    losses.push(result.loss);
    modes.push(result.mode);
    open = Math.max(open, count.open);
    if (result.mode === "eager" && mode === "auto") assert.match(result.reason ?? "", /8 other shapes are compiled/);
  }
  assert.ok(step.status().graphs <= MOST_GRAPHS);
  await step.dispose();
  losses.push(...w.dataSync());
  w.dispose();
  return { losses, modes, open };
}

function assertClose(found: readonly number[], expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(value - (found[i] ?? Number.NaN)) < 1e-5, `${i}: ${found[i]}, eager ${value}`);
}

const shapes = Array.from({ length: 50 }, (_, i) => i + 1);

describe("inputs of many shapes", () => {
  before(async () => {
    await useBackend({ backend: "wasm" });
    // Asked once a process, with a session of its own.
    await blockLength();
  });

  it("a step keeps few graphs, and trains as if it had none", async () => {
    await countingSessions(async (count) => {
      const before = tf.memory().numTensors;
      const rows = [...shapes, ...shapes, ...shapes];
      const eager = await train(rows, "eager", count);
      assert.equal(count.made, 0);
      const auto = await train(rows, "auto", count);
      assertClose(auto.losses, eager.losses);
      assert.equal(auto.open, MOST_GRAPHS);
      // The first shapes got a graph; those that come by once in 50 steps don't take theirs.
      assert.equal(auto.modes.filter((mode) => mode === "compiled").length, 3 * MOST_GRAPHS);
      assert.equal(count.made, MOST_GRAPHS);
      assert.equal(count.open, 0);
      assert.equal(tf.memory().numTensors, before);
    });
  });

  it("a shape that stays gets the graph of one that is not used any more", async () => {
    await countingSessions(async (count) => {
      const rows = [...shapes, ...Array.from({ length: 80 }, () => 99)];
      const [eager, auto] = [await train(rows, "eager", count), await train(rows, "auto", count)];
      assertClose(auto.losses, eager.losses);
      assert.equal(auto.modes.at(-1), "compiled");
      assert.equal(auto.open, MOST_GRAPHS);
      assert.equal(count.made, MOST_GRAPHS + 1);
      assert.equal(count.open, 0);
    });
  });

  it("more shapes in turn than runs make a graph idle get none each time", async () => {
    await countingSessions(async (count) => {
      const many = Array.from({ length: 120 }, (_, i) => i + 1);
      const { modes } = await train([...many, ...many], "auto", count);
      assert.equal(modes.filter((mode) => mode === "compiled").length, 2 * MOST_GRAPHS);
      assert.equal(count.made, MOST_GRAPHS);
    });
  });

  it("a step that insists makes each graph, and frees the one used least recently", async () => {
    await countingSessions(async (count) => {
      const rows = [...shapes.slice(0, 20), 19, 20, 1, 2];
      const [eager, compiled] = [await train(rows, "eager", count), await train(rows, "compiled", count)];
      assertClose(compiled.losses, eager.losses);
      assert.deepEqual(new Set(compiled.modes), new Set(["compiled"]));
      assert.equal(compiled.open, MOST_GRAPHS);
      assert.equal(count.made, 22);
      assert.equal(count.open, 0);
    });
  });

  for (const weights of ["constants", "inputs"] as const)
    it(`so does a compiled function with weights as ${weights}`, async () => {
      await countingSessions(async (count) => {
        const { w, predict } = problem();
        const compiled = compileInference(predict, { weights });
        const before = tf.memory().numTensors;
        for (const [i, n] of [...shapes, ...shapes, ...Array.from({ length: 80 }, () => 99)].entries()) {
          const x = randomTensor([n, 3], i);
          const { outputs, mode, reason } = await compiled(x);
          const eager = tf.tidy(() => predict(x).dataSync());
          assertClose([...(outputs[0]?.data ?? [])], [...eager]);
          if (mode === "eager") assert.match(reason ?? "", /8 other shapes are compiled/);
          else assert.ok(n <= MOST_GRAPHS || n === 99, `${n} rows`);
          assert.ok(count.open <= MOST_GRAPHS);
          if (i === 179) assert.equal(mode, "compiled");
          x.dispose();
        }
        assert.equal(count.made, MOST_GRAPHS + 1);
        await compiled.dispose();
        assert.equal(count.open, 0);
        assert.equal(tf.memory().numTensors, before);
        w.dispose();
      });
    });
});
