// Each optimizer against PyTorch's: 50 steps on the same gradients end at the same weights. The numbers come from
// test/fixtures/optimizers/make.py.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import type { Optimizer } from "../../../lib/engine/optimizer.js";
import * as optimizers from "../../../lib/optimizers/index.js";
import { fixture, nameOf, optimizerOf } from "./pytorch-runs.js";

/** Runs the optimizer eagerly over the fixture's gradients; answers the final weights and the tensors left over. */
function run(optimizer: Optimizer): { end: number[][]; leaked: number } {
  const tensors = (values: readonly number[][]) => fixture.shapes.map((shape, i) => tf.tensor(values[i] ?? [], shape));
  let variables = tensors(fixture.start);
  let state = optimizer.init(variables);
  const before = tf.memory().numTensors;
  fixture.gradients.forEach((gradients, i) => {
    const next = tf.tidy(() => {
      const scalars = {
        ...Object.fromEntries(
          Object.entries(optimizer.hyperparameters).map(([name, value]) => [name, tf.scalar(value)]),
        ),
        learningRate: tf.scalar(optimizer.learningRate),
        step: tf.scalar(i + 1),
      };
      const { variables: values, state: slots } = optimizer.update(tensors(gradients), state, variables, scalars);
      return { values: [...values], slots: Object.fromEntries(Object.entries(slots).map(([k, v]) => [k, [...v]])) };
    });
    tf.dispose([variables, Object.values(state)] as tf.TensorContainer);
    variables = next.values;
    state = next.slots;
  });
  const leaked = tf.memory().numTensors - before;
  const end = variables.map((variable) => [...variable.dataSync()]);
  tf.dispose([variables, Object.values(state)] as tf.TensorContainer);
  return { end, leaked };
}

describe("optimizers", () => {
  before(() => ready());

  for (const it_ of fixture.cases) {
    it(`${nameOf(it_)} ends where PyTorch's does`, () => {
      const result = run(optimizerOf(it_));
      assert.equal(result.leaked, 0);
      it_.end.flat().forEach((expected, i) => {
        const actual = result.end.flat()[i] ?? Number.NaN;
        assert.ok(
          Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)),
          `${i}: ${actual} for ${expected}`,
        );
      });
    });
  }

  it("centered rmsprop stays finite while gradients hardly change, where rounding makes variances negative", () => {
    const optimizer = optimizers.rmsprop({ centered: true, rho: 0.5 });
    tf.tidy(() => {
      const gradients = [tf.linspace(0.01, 3, 300)];
      let variables: readonly tf.Tensor[] = [tf.zeros([300])];
      let state = optimizer.init(variables);
      for (let step = 1; step <= 40; step++) {
        const scalars = { learningRate: tf.scalar(0.01), step: tf.scalar(step) };
        ({ variables, state } = optimizer.update(gradients, state, variables, scalars));
      }
      assert.ok(variables[0]?.dataSync().every(Number.isFinite));
    });
  });

  it("says what is wrong with an option", () => {
    assert.throws(
      () => optimizers.sgd({ learningRate: -1 }),
      /invalid learningRate; expected a finite number, at least 0: -1/,
    );
    assert.throws(() => optimizers.sgd({ nesterov: true }), /invalid nesterov; expected a momentum above 0/);
    assert.throws(() => optimizers.adam({ beta1: 1 }), /invalid beta1; expected a number in \[0, 1\): 1/);
    assert.throws(() => optimizers.rmsprop({ rho: Number.NaN }), /invalid rho/);
    assert.throws(() => optimizers.adagrad({ epsilon: -1 }), /invalid epsilon/);
    assert.throws(
      () => optimizers.clipByNorm(optimizers.sgd(), 0),
      /invalid clipNorm; expected a finite number above 0: 0/,
    );
  });
});
