// Each optimizer's update as part of a training step, eager and compiled: 50 steps on the same gradients end where PyTorch's do, also
// where the learning rate and the weight decay change from step to step, for which no new graph is made.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../lib/engine/backend.js";
import { compile, type StepMode } from "../../../lib/engine/jit/compile.js";
import { fixture, nameOf, type OptimizerRun, optimizerOf } from "./pytorch-runs.js";

/** Trains variables whose gradients are the inputs of the step: the loss is the sum of the products. */
async function run(it_: OptimizerRun, mode: StepMode, isChanging: boolean): Promise<number[]> {
  const variables = fixture.shapes.map((shape, i) =>
    tf.tidy(() => tf.variable(tf.tensor(fixture.start[i] ?? [], shape), true)),
  );
  const step = compile(
    (...gradients) => tf.addN(variables.map((variable, i) => tf.sum(tf.mul(variable, gradients[i] ?? 0)))).asScalar(),
    { optimizer: optimizerOf(it_), variables, mode },
  );
  const { learningRate, weightDecay } = step.scalars;
  for (const [i, gradients] of fixture.gradients.entries()) {
    if (isChanging) {
      assert.ok(weightDecay !== undefined, "the weight decay is a number of the step");
      step.scalars.learningRate = learningRate * (fixture.rates[i] ?? Number.NaN);
      step.scalars.weightDecay = weightDecay * (fixture.decays[i] ?? Number.NaN);
    }
    const inputs = fixture.shapes.map((shape, j) => ({
      data: Float32Array.from(gradients[j] ?? []),
      shape,
      dtype: "float32" as const,
    }));
    assert.equal((await step(...inputs)).mode, mode);
  }
  assert.equal(step.status().graphs, mode === "compiled" ? 1 : 0);
  const end = variables.flatMap((variable) => [...variable.dataSync()]);
  await step.dispose();
  tf.dispose(variables);
  return end;
}

describe("optimizers in a step", () => {
  before(() => useBackend({ backend: "wasm" }));

  it("are all there, with their options", () => {
    const names = fixture.cases.map(nameOf).join("\n");
    for (const part of [/^sgd .*nesterov/m, /^adam .*amsgrad/m, /^adamW /m, /^rmsprop .*centered/m, /^adagrad /m])
      assert.match(names, part);
    assert.deepEqual(new Set(fixture.changing.map(({ optimizer }) => optimizer)).size, 5);
  });

  for (const mode of ["eager", "compiled"] as const)
    for (const [isChanging, cases] of [
      [false, fixture.cases],
      [true, fixture.changing],
    ] as const)
      for (const it_ of cases)
        it(`${nameOf(it_)}${isChanging ? ", its numbers changing," : ""} ends where PyTorch's does (${mode})`, async () => {
          const found = await run(it_, mode, isChanging);
          const expected = it_.end.flat();
          assert.equal(found.length, expected.length);
          for (const [i, value] of expected.entries())
            assert.ok(
              Math.abs((found[i] ?? Number.NaN) - value) <= 1e-5 * Math.max(1, Math.abs(value)),
              `${i}: ${found[i]} for ${value}`,
            );
        });
});
