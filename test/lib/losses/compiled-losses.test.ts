// Each loss in a compiled step, and the gradient that the step takes of it, against PyTorch's.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../lib/engine/backend.js";
import { compile } from "../../../lib/engine/jit/compile.js";
import type { Optimizer } from "../../../lib/engine/optimizer.js";
import { namedLoss } from "../../../lib/losses/named-loss.js";
import { cases, isClose, lossOf, nameOf, targetsOf } from "./pytorch-losses.js";

/** Leaves the weights as they are and keeps the gradients it was given as its state. */
const keeper: Optimizer = {
  name: "keeper",
  learningRate: 0,
  hyperparameters: {},
  init: (variables) => ({ gradient: variables.map((variable) => tf.zerosLike(variable)) }),
  update: (gradients, _, variables) => ({
    variables: variables.map((it) => tf.add(it, 0)),
    state: { gradient: gradients },
  }),
};

describe("losses in a compiled step", () => {
  before(() => useBackend({ backend: "wasm" }));

  for (const [i, it_] of cases.entries())
    for (const how of ["by function", "by name"] as const)
      it(`${i} ${nameOf(it_)}, ${how}, is PyTorch's`, async () => {
        const yPred = tf.tidy(() => tf.variable(tf.tensor(it_.yPred, it_.shape), true));
        const yTrue = targetsOf(it_);
        const run =
          how === "by function"
            ? lossOf(it_)
            : namedLoss({ name: it_.loss, ...it_.options } as Parameters<typeof namedLoss>[0]);
        const step = compile((labels) => run(labels ?? yTrue, yPred), { optimizer: keeper, mode: "compiled" });
        // The second step is recorded once more, the third is only the graph.
        for (let n = 0; n < 3; n++) {
          const { loss, mode } = await step(yTrue);
          assert.equal(mode, "compiled");
          assert.ok(isClose(loss, it_.value), `step ${n}: ${loss} for ${it_.value}`);
          const gradient = step.state()?.slots.gradient?.[0]?.values ?? [];
          assert.equal(gradient.length, it_.gradient.length);
          for (const [j, expected] of it_.gradient.entries())
            assert.ok(isClose(gradient[j] ?? Number.NaN, expected), `gradient ${j}: ${gradient[j]} for ${expected}`);
        }
        await step.dispose();
        tf.dispose([yPred, yTrue]);
      });

  it("are there with every option, also together", () => {
    const seen = new Set(cases.map((it) => `${it.loss} ${it.trueShape.length} ${Object.keys(it.options).join("+")}`));
    for (const kind of ["crossEntropy 1", "crossEntropy 2"])
      for (const options of ["", "labelSmoothing", "classWeights", "classWeights+labelSmoothing"])
        assert.ok(seen.has(`${kind} ${options}`), `${kind} ${options}`);
    for (const kind of [
      "binaryCrossEntropy 2 positiveWeight",
      "meanSquaredError 2 ",
      "meanAbsoluteError 2 ",
      "huber 2 delta",
    ])
      assert.ok(seen.has(kind), kind);
  });
});
