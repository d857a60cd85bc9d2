// What an optimizer is: a pair of pure functions over tensors, in the manner of optax's (init, update).
// The compiled step (engine/jit) records `update` into its graph, the eager step calls it as it is; lib/optimizers implements it.
import type * as tf from "@tensorflow/tfjs";
import { checkNumber, invalid } from "./invalid.js";

/** Named slots; each slot holds one tensor per variable, in the variables' order (or as many as the optimizer wants). */
export type OptimizerState = Readonly<Record<string, readonly tf.Tensor[]>>;

/**
 * Numbers that change from step to step, as 0-d float32 tensors: they become inputs of the compiled graph, so that a
 * schedule costs no new graph. `learningRate` and `step` (1 at the first update, then 2, …) are always there; an
 * optimizer names further ones in `hyperparameters` (weightDecay, …).
 */
export type OptimizerScalars = Readonly<Record<string, tf.Tensor>> & {
  readonly learningRate: tf.Tensor;
  readonly step: tf.Tensor;
};

/** What one update returns: the new value of each variable, and the new state with the same slots and shapes. */
export interface OptimizerUpdate {
  readonly variables: readonly tf.Tensor[];
  readonly state: OptimizerState;
}

/**
 * An optimizer. Both functions are pure and written in plain tfjs ops: they read no tensor's values (no dataSync), keep
 * nothing between calls, branch on no tensor, and dispose nothing (the caller runs them inside a tidy). The same code runs eagerly and
 * is recorded once a shape; a number that is a JavaScript constant (momentum, epsilon) is baked into the graph.
 */
export interface Optimizer {
  /** As the reader knows it: "sgd", "adamW". */
  readonly name: string;
  /** The learning rate of the first step; a schedule may give every step its own. */
  readonly learningRate: number;
  /** Further numbers that may change between steps, by name (for instance weightDecay); each arrives in `scalars`. */
  readonly hyperparameters: Readonly<Record<string, number>>;
  /** The state before the first step. `variables[i]` has the shape and dtype of the i-th trainable variable. */
  init(variables: readonly tf.Tensor[]): OptimizerState;
  /** One update. `gradients[i]` belongs to `variables[i]` and has its shape; `state` is what `init` or the last update returned. */
  update(
    gradients: readonly tf.Tensor[],
    state: OptimizerState,
    variables: readonly tf.Tensor[],
    scalars: OptimizerScalars,
  ): OptimizerUpdate;
}

/** @throws unless `value` is an optimizer: a name, a learning rate, hyperparameters, init and update. */
export function checkOptimizer(value: unknown): asserts value is Optimizer {
  const given = (typeof value === "object" ? value : undefined) as
    | Partial<Record<keyof Optimizer, unknown>>
    | undefined;
  if (typeof given?.init !== "function" || typeof given.update !== "function")
    throw invalid("optimizer", "one of ml.optimizers, such as ml.optimizers.adam()", value);
  checkNumber("optimizer.learningRate", given.learningRate, { least: 0 });
  if (typeof given.hyperparameters !== "object" || given.hyperparameters === null)
    throw invalid("optimizer.hyperparameters", "an object with a number a name", given.hyperparameters);
  for (const [name, number] of Object.entries(given.hyperparameters))
    checkNumber(`optimizer.hyperparameters.${name}`, number);
}
