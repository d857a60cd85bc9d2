// Adam, and AdamW, which differ in where the weight decay acts: on the gradient, or on the weights themselves.
import * as tf from "@tensorflow/tfjs";
import { checkBoolean, checkNumber, checkOptions } from "../engine/invalid.js";
import type { Optimizer } from "../engine/optimizer.js";
import { madeBy } from "../engine/recipe.js";
import { perVariable, scalar } from "./per-variable.js";

export interface AdamOptions {
  /** Size of a step; 0 or above, 1e-3 by default. */
  learningRate?: number;
  /** Decay of the gradient's running mean; in [0, 1), 0.9 by default. */
  beta1?: number;
  /** Decay of the squared gradient's running mean; in [0, 1), 0.999 by default. */
  beta2?: number;
  /** Added to the denominator, or a gradient of 0 would give NaN; above 0, 1e-8 by default. */
  epsilon?: number;
  /** Weight decay; 0 or above; 0 by default for `adam`, 0.01 for `adamW`. */
  weightDecay?: number;
  /** Divides by the largest second moment so far (Reddi et al., 2018); false by default. */
  amsgrad?: boolean;
}

/**
 * Adam as `torch.optim.Adam` (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015): running means of the
 * gradient and of its square, corrected for their start at zero. `weightDecay` is an L2 penalty on the gradient.
 * @throws when an option is out of range
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return madeBy(adaptive("adam", options, 0), "adam", options);
}

/**
 * AdamW as `torch.optim.AdamW` (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019): Adam whose weights
 * shrink by `learningRate · weightDecay` each step, whatever their gradients.
 * @throws when an option is out of range
 */
export function adamW(options: AdamOptions = {}): Optimizer {
  return madeBy(adaptive("adamW", options, 0.01), "adamW", options);
}

function adaptive(name: "adam" | "adamW", options: AdamOptions, usualDecay: number): Optimizer {
  checkOptions("options", options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay", "amsgrad"]);
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = options;
  const { weightDecay = usualDecay } = options;
  checkNumber("learningRate", learningRate, { least: 0, float32: true });
  checkNumber("beta1", beta1, { least: 0, below: 1, float32: true });
  checkNumber("beta2", beta2, { least: 0, below: 1, float32: true });
  checkNumber("epsilon", epsilon, { above: 0, float32: true });
  checkNumber("weightDecay", weightDecay, { least: 0, float32: true });
  checkBoolean("amsgrad", amsgrad);
  const decoupled = name === "adamW";
  return perVariable({
    name,
    learningRate,
    hyperparameters: weightDecay > 0 ? { weightDecay } : {},
    slots: { mean: 0, square: 0, ...(amsgrad ? { largest: 0 } : {}) },
    update: ({ gradient, variable, slots, scalars }) => {
      let value = variable;
      let direction = gradient;
      if (weightDecay > 0) {
        const decay = scalar(scalars, "weightDecay");
        if (decoupled) value = value.mul(tf.scalar(1).sub(decay.mul(scalars.learningRate)));
        else direction = direction.add(variable.mul(decay));
      }
      const mean = mix(slots.mean, direction, beta1);
      const square = mix(slots.square, direction.square(), beta2);
      // √(v / (1 − β₂ᵗ)) is taken apart as PyTorch does, so that ε means the same.
      const meanCorrection = tf.scalar(1).sub(tf.pow(tf.scalar(beta1), scalars.step));
      const squareCorrection = tf.sqrt(tf.scalar(1).sub(tf.pow(tf.scalar(beta2), scalars.step)));
      const largest = slots.largest ? tf.maximum(slots.largest, square) : undefined;
      const denominator = (largest ?? square).sqrt().div(squareCorrection).add(epsilon);
      const step = mean.div(denominator).mul(scalars.learningRate.div(meanCorrection));
      return { variable: value.sub(step), slots: { mean, square, ...(largest ? { largest } : {}) } };
    },
  });
}

function mix(old: tf.Tensor | undefined, value: tf.Tensor, decay: number): tf.Tensor {
  const added = value.mul(1 - decay);
  return old ? old.mul(decay).add(added) : added;
}
