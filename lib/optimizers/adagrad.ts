// Adagrad: steps divided by the root of all squared gradients so far, so that rare features keep learning.
import { checkNumber, checkOptions } from "../engine/invalid.js";
import type { Optimizer } from "../engine/optimizer.js";
import { madeBy } from "../engine/recipe.js";
import { perVariable, scalar } from "./per-variable.js";

export interface AdagradOptions {
  /** Size of the first step; 0 or above, 0.01 by default. */
  learningRate?: number;
  /** The learning rate is divided by `1 + (step − 1) · learningRateDecay`; 0 or above, 0 by default. */
  learningRateDecay?: number;
  /** What the sum of squares begins with; 0 or above, 0 by default. */
  initialAccumulator?: number;
  /** Added to the denominator, or a gradient of 0 would give NaN; above 0, 1e-10 by default. */
  epsilon?: number;
  /** L2 penalty on the gradient; 0 or above, 0 by default. */
  weightDecay?: number;
}

/**
 * Adagrad as `torch.optim.Adagrad` (Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and
 * Stochastic Optimization", 2011).
 * @throws when an option is out of range
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkOptions("options", options, [
    "learningRate",
    "learningRateDecay",
    "initialAccumulator",
    "epsilon",
    "weightDecay",
  ]);
  const {
    learningRate = 0.01,
    learningRateDecay = 0,
    initialAccumulator = 0,
    epsilon = 1e-10,
    weightDecay = 0,
  } = options;
  checkNumber("learningRate", learningRate, { least: 0, float32: true });
  checkNumber("learningRateDecay", learningRateDecay, { least: 0, float32: true });
  checkNumber("initialAccumulator", initialAccumulator, { least: 0, float32: true });
  checkNumber("epsilon", epsilon, { above: 0, float32: true });
  checkNumber("weightDecay", weightDecay, { least: 0, float32: true });
  return madeBy(
    perVariable({
      name: "adagrad",
      learningRate,
      hyperparameters: weightDecay > 0 ? { weightDecay } : {},
      slots: { sum: initialAccumulator },
      update: ({ gradient, variable, slots, scalars }) => {
        const direction = weightDecay > 0 ? gradient.add(variable.mul(scalar(scalars, "weightDecay"))) : gradient;
        const sum = slots.sum ? slots.sum.add(direction.square()) : direction.square();
        const rate =
          learningRateDecay > 0
            ? scalars.learningRate.div(scalars.step.sub(1).mul(learningRateDecay).add(1))
            : scalars.learningRate;
        return { variable: variable.sub(direction.div(sum.sqrt().add(epsilon)).mul(rate)), slots: { sum } };
      },
    }),
    "adagrad",
    options,
  );
}
