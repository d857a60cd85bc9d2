// RMSprop: steps divided by the root of the squared gradient's running mean.
import { checkBoolean, checkNumber, checkOptions } from "../engine/invalid.js";
import type { Optimizer } from "../engine/optimizer.js";
import { madeBy } from "../engine/recipe.js";
import { perVariable, scalar } from "./per-variable.js";

export interface RmspropOptions {
  /** Size of a step; 0 or above, 0.01 by default. */
  learningRate?: number;
  /** Decay of the squared gradient's running mean; in [0, 1), 0.99 by default. PyTorch calls it `alpha`, Keras `rho`. */
  rho?: number;
  /** Added to the denominator, or a gradient of 0 would give NaN; above 0, 1e-8 by default. */
  epsilon?: number;
  /** How much of the last step is kept; 0 or above, 0 by default. */
  momentum?: number;
  /** Divides by the standard deviation instead of the root mean square; false by default. */
  centered?: boolean;
  /** L2 penalty on the gradient; 0 or above, 0 by default. */
  weightDecay?: number;
}

/**
 * RMSprop as `torch.optim.RMSprop` (Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012; the
 * centered form after Graves, "Generating Sequences With Recurrent Neural Networks", 2013).
 * @throws when an option is out of range
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkOptions("options", options, ["learningRate", "rho", "epsilon", "momentum", "centered", "weightDecay"]);
  const { learningRate = 0.01, rho = 0.99, epsilon = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = options;
  checkNumber("learningRate", learningRate, { least: 0, float32: true });
  checkNumber("rho", rho, { least: 0, below: 1, float32: true });
  checkNumber("epsilon", epsilon, { above: 0, float32: true });
  checkNumber("momentum", momentum, { least: 0, float32: true });
  checkNumber("weightDecay", weightDecay, { least: 0, float32: true });
  checkBoolean("centered", centered);
  return madeBy(
    perVariable({
      name: "rmsprop",
      learningRate,
      hyperparameters: weightDecay > 0 ? { weightDecay } : {},
      slots: { square: 0, ...(centered ? { mean: 0 } : {}), ...(momentum > 0 ? { velocity: 0 } : {}) },
      update: ({ gradient, variable, slots, scalars }) => {
        const direction = weightDecay > 0 ? gradient.add(variable.mul(scalar(scalars, "weightDecay"))) : gradient;
        const square = (slots.square ?? direction.zerosLike()).mul(rho).add(direction.square().mul(1 - rho));
        const mean = slots.mean?.mul(rho).add(direction.mul(1 - rho));
        // Rounding would make a variance near 0 negative, and its root NaN.
        const variance = mean ? square.sub(mean.square()).relu() : square;
        const scaled = direction.div(variance.sqrt().add(epsilon));
        const velocity = slots.velocity?.mul(momentum).add(scaled);
        return {
          variable: variable.sub((velocity ?? scaled).mul(scalars.learningRate)),
          slots: { square, ...(mean ? { mean } : {}), ...(velocity ? { velocity } : {}) },
        };
      },
    }),
    "rmsprop",
    options,
  );
}
