// Stochastic gradient descent with momentum in the optimizer interface, for the tests of the compiled step (lib/optimizers holds the real ones).
import * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "../../../../lib/engine/optimizer.js";

export function momentumSgd(learningRate: number, momentum = 0.9): Optimizer {
  return {
    name: "sgd",
    learningRate,
    hyperparameters: {},
    init: (variables) => ({ velocity: variables.map((variable) => tf.zerosLike(variable)) }),
    update: (gradients, state, variables, scalars) => {
      const velocity = gradients.map((gradient, i) => {
        const old = state.velocity?.[i];
        return old === undefined ? gradient : tf.add(tf.mul(old, momentum), gradient);
      });
      return {
        variables: variables.map((variable, i) => tf.sub(variable, tf.mul(velocity[i] ?? 0, scalars.learningRate))),
        state: { velocity },
      };
    },
  };
}
