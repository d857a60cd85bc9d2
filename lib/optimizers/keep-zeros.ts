// Weights that were pruned stay pruned while the others train: a wrapper around any optimizer.
import * as tf from "@tensorflow/tfjs";
import { checkOptimizer, type Optimizer } from "../engine/optimizer.js";
import { madeBy } from "../engine/recipe.js";

/**
 * What is exactly 0 in a weight of two or more axes (a kernel, not a bias) stays 0: for training on after `ml.compress.prune`
 * (Han et al., "Learning both weights and connections for efficient neural networks", 2015).
 * @returns an optimizer of the same name
 * @throws when it is no optimizer
 */
export function keepZeros(optimizer: Optimizer): Optimizer {
  checkOptimizer(optimizer);
  const kept: Optimizer = {
    ...optimizer,
    update: (gradients, state, variables, scalars) => {
      const result = optimizer.update(gradients, state, variables, scalars);
      const masked = result.variables.map((updated, i) => {
        const before = variables[i];
        return before === undefined || before.rank < 2 ? updated : updated.mul(tf.notEqual(before, 0).cast("float32"));
      });
      return { ...result, variables: masked };
    },
  };
  return madeBy(kept, "keepZeros", optimizer);
}
