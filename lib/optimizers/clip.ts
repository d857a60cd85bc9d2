// Gradient clipping, as a wrapper around any optimizer: gradients are clipped before it sees them.
import * as tf from "@tensorflow/tfjs";
import { checkNumber } from "../engine/invalid.js";
import { checkOptimizer, type Optimizer } from "../engine/optimizer.js";
import { madeBy } from "../engine/recipe.js";

/**
 * Scales all gradients together so that their common Euclidean norm is at most `maxNorm`, as PyTorch's
 * `clip_grad_norm_` (Pascanu, Mikolov and Bengio, 2013). The direction of the step is kept.
 * @param maxNorm above 0
 * @returns an optimizer of the same name that clips first
 * @throws when it is no optimizer, or maxNorm is out of range
 */
export function clipByNorm(optimizer: Optimizer, maxNorm: number): Optimizer {
  checkOptimizer(optimizer);
  checkNumber("clipNorm", maxNorm, { above: 0, float32: true });
  return madeBy(
    clipped(optimizer, (gradients) => {
      const squares = gradients.map((gradient) => gradient.square().sum());
      const norm = tf.addN(squares).sqrt();
      // 1e-6 as in PyTorch, against a norm of zero.
      const scale = tf.minimum(tf.scalar(maxNorm).div(norm.add(1e-6)), tf.scalar(1));
      return gradients.map((gradient) => gradient.mul(scale));
    }),
    "clipByNorm",
    optimizer,
    maxNorm,
  );
}

/**
 * Limits each entry of each gradient to `[-limit, limit]`, as PyTorch's `clip_grad_value_`.
 * @param limit above 0
 * @returns an optimizer of the same name that clips first
 * @throws when it is no optimizer, or limit is out of range
 */
export function clipByValue(optimizer: Optimizer, limit: number): Optimizer {
  checkOptimizer(optimizer);
  checkNumber("clipValue", limit, { above: 0, float32: true });
  return madeBy(
    clipped(optimizer, (gradients) => gradients.map((gradient) => gradient.clipByValue(-limit, limit))),
    "clipByValue",
    optimizer,
    limit,
  );
}

function clipped(optimizer: Optimizer, clip: (gradients: readonly tf.Tensor[]) => tf.Tensor[]): Optimizer {
  return {
    ...optimizer,
    update: (gradients, state, variables, scalars) => optimizer.update(clip(gradients), state, variables, scalars),
  };
}
