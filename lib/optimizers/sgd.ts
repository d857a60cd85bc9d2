// Stochastic gradient descent, with momentum as PyTorch means it (the velocity is not scaled by the learning rate).
import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import type { Optimizer } from "../engine/optimizer.js";
import { madeBy } from "../engine/recipe.js";
import { perVariable, scalar } from "./per-variable.js";

export interface SgdOptions {
  /** Size of a step; 0 or above, 0.01 by default. */
  learningRate?: number;
  /** How much of the last step's velocity is kept; 0 (none, the default) or above. */
  momentum?: number;
  /** How much of the gradient does not reach the velocity; 0 by default. */
  dampening?: number;
  /** Looks ahead along the velocity; needs a momentum above 0 and no dampening. */
  nesterov?: boolean;
  /** L2 penalty: this times the variable is added to its gradient; 0 by default. */
  weightDecay?: number;
}

/**
 * SGD as `torch.optim.SGD`: `v ← momentum·v + (1 − dampening)·g` (`v ← g` at the first step), `θ ← θ − learningRate·v`.
 * Nesterov's form follows Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
 * @throws when an option is out of range
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions("options", options, ["learningRate", "momentum", "dampening", "nesterov", "weightDecay"]);
  const { learningRate = 0.01, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options;
  checkNumber("learningRate", learningRate, { least: 0, float32: true });
  checkNumber("momentum", momentum, { least: 0, float32: true });
  checkNumber("dampening", dampening, { float32: true });
  checkNumber("weightDecay", weightDecay, { least: 0, float32: true });
  checkBoolean("nesterov", nesterov);
  if (nesterov && (momentum <= 0 || dampening !== 0))
    throw invalid("nesterov", "a momentum above 0 and no dampening beside it", { momentum, dampening });
  return madeBy(
    perVariable({
      name: "sgd",
      learningRate,
      hyperparameters: weightDecay > 0 ? { weightDecay } : {},
      slots: momentum > 0 ? { velocity: 0 } : {},
      update: ({ gradient, variable, slots, scalars }) => {
        let direction = gradient;
        if (weightDecay > 0) direction = direction.add(variable.mul(scalar(scalars, "weightDecay")));
        if (!slots.velocity) return { variable: variable.sub(direction.mul(scalars.learningRate)), slots: {} };
        const velocity = slots.velocity.mul(momentum).add(direction.mul(share(dampening, scalars.step)));
        const step = nesterov ? direction.add(velocity.mul(momentum)) : velocity;
        return { variable: variable.sub(step.mul(scalars.learningRate)), slots: { velocity } };
      },
    }),
    "sgd",
    options,
  );
}

/** The part of the gradient that enters the velocity: all of it at the first step, as in PyTorch. */
function share(dampening: number, step: tf.Tensor): tf.Tensor | number {
  if (dampening === 0) return 1;
  const later = tf.greater(step, 1).cast("float32");
  return tf.scalar(1).sub(later.mul(dampening));
}
