// The shape that all optimizers here share: the same arithmetic for each variable, with one slot of state a variable.
// They differ in their slots and in the arithmetic, which is all that their files hold.
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../engine/invalid.js";
import type { Optimizer, OptimizerScalars } from "../engine/optimizer.js";

/** One variable's part of an update: its gradient, its value, its slots by name. */
export interface VariableUpdate {
  readonly gradient: tf.Tensor;
  readonly variable: tf.Tensor;
  readonly slots: Readonly<Record<string, tf.Tensor>>;
  readonly scalars: OptimizerScalars;
}

/** What becomes of it. */
export interface VariableResult {
  readonly variable: tf.Tensor;
  readonly slots: Readonly<Record<string, tf.Tensor>>;
}

export interface PerVariableOptimizer {
  readonly name: string;
  readonly learningRate: number;
  readonly hyperparameters: Readonly<Record<string, number>>;
  /** Names of the state's slots, and the number that each begins with. */
  readonly slots: Readonly<Record<string, number>>;
  update(input: VariableUpdate): VariableResult;
}

export function perVariable(definition: PerVariableOptimizer): Optimizer {
  const names = Object.keys(definition.slots);
  return {
    name: definition.name,
    learningRate: definition.learningRate,
    hyperparameters: definition.hyperparameters,
    init: (variables) =>
      Object.fromEntries(
        names.map((name) => [name, variables.map((it) => tf.fill(it.shape, definition.slots[name] ?? 0))]),
      ),
    update: (gradients, state, variables, scalars) => {
      const results = variables.map((variable, i) => {
        const gradient = gradients[i];
        if (!gradient) throw invalid("gradients", "one a variable", gradients.length);
        const slots = Object.fromEntries(names.map((name) => [name, slot(state[name], i, name)]));
        return definition.update({ gradient, variable, slots, scalars });
      });
      return {
        variables: results.map((it) => it.variable),
        state: Object.fromEntries(
          names.map((name) => [name, results.map((it, i) => slot([it.slots[name]], 0, `${name} ${i}`))]),
        ),
      };
    },
  };
}

function slot(tensors: readonly (tf.Tensor | undefined)[] | undefined, index: number, name: string): tf.Tensor {
  const tensor = tensors?.[index];
  if (!tensor) throw invalid("optimizer state", `a tensor in slot "${name}"`, tensor);
  return tensor;
}

/** The hyperparameter as a tensor, so that it may change from step to step. */
export function scalar(scalars: OptimizerScalars, name: string): tf.Tensor {
  const value = scalars[name];
  if (!value) throw invalid("scalars", `${name} among them`, Object.keys(scalars));
  return value;
}
