// A multilayer perceptron: dense layers one after the other.
import * as tf from "@tensorflow/tfjs";
import { checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import { checkShape, checkUnits, layerSeeds } from "./seeds.js";

export interface MlpOptions {
  /** Shape of one sample; flattened first if it has more than one axis. */
  inputShape: readonly number[];
  /** Units of the hidden layers, in order; [128] by default, [] for a linear model. */
  hidden?: readonly number[];
  /** Classes, or 1 for regression and yes-or-no; at least 1. */
  classes: number;
  /** Share of units that dropout silences after each hidden layer while training; in [0, 1), 0 by default. */
  dropout?: number;
  /** L2 penalty of the kernels; at least 0, 0 by default. */
  l2?: number;
  /** Makes the first weights repeatable; a whole number in [0, 2³²). */
  seed?: number;
}

/**
 * Dense layers with ReLU between.
 * @returns a model from float32 [batch, ...inputShape] to logits [batch, classes]
 * @throws when an option is out of range
 */
export function mlp(options: MlpOptions): tf.LayersModel {
  checkOptions("options", options, ["inputShape", "hidden", "classes", "dropout", "l2", "seed"]);
  const { inputShape, hidden = [128], classes, dropout = 0, l2 = 0, seed } = options;
  checkUnits("classes", classes);
  checkShape("hidden", "a list with the units of each hidden layer", hidden);
  checkNumber("dropout", dropout, { least: 0, below: 1 });
  checkNumber("l2", l2, { least: 0 });
  checkShape("inputShape", "the shape of one sample, a list", inputShape);
  if (!inputShape.length) throw invalid("inputShape", "whole numbers from 1, at least one", inputShape);
  const next = layerSeeds(seed);
  const common = () => {
    const value = next();
    return {
      kernelInitializer: tf.initializers.heUniform(value === undefined ? {} : { seed: value }),
      ...(l2 > 0 ? { kernelRegularizer: tf.regularizers.l2({ l2 }) } : {}),
    };
  };
  const model = tf.sequential({ name: "mlp" });
  model.add(tf.layers.inputLayer({ inputShape: [...inputShape] }));
  if (inputShape.length > 1) model.add(tf.layers.flatten());
  for (const units of hidden) {
    model.add(tf.layers.dense({ units, activation: "relu", ...common() }));
    // Without a seed of its own: with one, tfjs would silence the same units in every step.
    if (dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
  }
  model.add(tf.layers.dense({ units: classes, ...common() }));
  return model;
}
