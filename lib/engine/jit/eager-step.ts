// One training step in plain tfjs: loss, gradients, the optimizer's update, assignment. It is what runs where nothing is compiled, and what
// is recorded where something is. Called by tfjs-step.ts.
import * as tf from "@tensorflow/tfjs";
import { checkTensor } from "../check-tensor.js";
import { invalid } from "../invalid.js";
import type { OptimizerScalars } from "../optimizer.js";
import { variableGrads } from "../variable-gradients.js";
import { withRandom } from "./eager-random.js";
import type { OptimizerSlots } from "./optimizer-slots.js";
import type { StepRandom } from "./random-source.js";
import { type Recording, record, referenceTo, settleExpectations, type TensorReference } from "./recording.js";

/** A loss alone, or with further tensors that the caller wants back (predictions, for metrics). */
export type LossValue = tf.Tensor | ({ readonly loss: tf.Tensor } & Readonly<Record<string, tf.Tensor>>);

/** From a batch's tensors to its loss, a scalar. Closed-over tensors count as constants; what trains is a tf.Variable. */
export type Loss = (...inputs: tf.Tensor[]) => LossValue;

/**
 * What a step does: "update" is a batch and its update; where several batches make one update, each is a "collect" (its gradients join
 * the sums), and an "apply" (no batch, the update with the sums' mean) follows the last.
 */
export type Phase = "update" | "collect" | "apply";

/** The numbers by which gradients are collected, by their names among the scalars. */
export const collecting = {
  /** 0 for the first batch of an update, 1 for the others: what stays of the sums. */
  carry: "gradientCarry",
  /** How many samples the batch has. */
  weight: "gradientWeight",
  /** How many samples the sums hold. */
  total: "gradientTotal",
} as const;

/** What a step gives: tensors that the caller disposes. */
export interface EagerResult {
  readonly loss: tf.Tensor;
  readonly outputs: Readonly<Record<string, tf.Tensor>>;
}

export interface RecordedStep {
  readonly result: EagerResult;
  readonly recording: Recording<unknown>;
}

/** What a step works on. */
export interface StepContext {
  readonly phase: Phase;
  readonly loss: Loss;
  readonly slots: OptimizerSlots;
  readonly inputs: readonly tf.Tensor[];
  readonly scalars: OptimizerScalars;
  /** What is trained; undefined: every trainable variable that the loss depends on. */
  readonly variables: readonly tf.Variable[] | undefined;
  readonly random: StepRandom;
}

interface Gradients extends EagerResult {
  readonly trained: readonly tf.Variable[];
  readonly gradients: readonly tf.Tensor[];
}

function scalar(scalars: OptimizerScalars, name: string): tf.Tensor {
  const found = scalars[name];
  if (found === undefined)
    throw new Error(`invalid scalars; expected ${name} among them: ${Object.keys(scalars).join()}`);
  return found;
}

/** The gradients of the batch, or for "apply" the mean of those that were collected. */
function gradientsOf({ phase, loss, slots, inputs, scalars, variables }: StepContext): Gradients {
  if (phase !== "apply") return computeGradients(loss, inputs, variables);
  const total = scalar(scalars, collecting.total);
  // What was frozen or disposed meanwhile stays as it is.
  const trained = slots.trained.filter((variable) => variable.trainable && !variable.isDisposed);
  const gradients = trained.map((variable) => tf.div(slots.sumOf(variable), total));
  // There is no loss; a step has one.
  return { loss: tf.add(total, 0), outputs: {}, trained, gradients };
}

function freeingGradients(
  forward: () => tf.Scalar,
  variables: readonly tf.Variable[] | undefined,
  onFailure: () => void,
): ReturnType<typeof variableGrads> {
  try {
    return variableGrads(forward, variables === undefined ? undefined : [...variables]);
  } catch (error) {
    onFailure();
    // TensorFlow.js speaks of y = f(x) here.
    if (error instanceof Error && /^Cannot compute gradient|^variableGrads\(\)/.test(error.message))
      throw invalid("variables", "trainable variables that the loss depends on", variables, error);
    throw error;
  }
}

/** @throws unless it is a tensor with one element. */
function scalarOf(value: unknown): tf.Scalar {
  checkTensor("result of loss", value, "a scalar tensor, or { loss, …more tensors }");
  if (value.size !== 1) throw invalid("result of loss", "a scalar tensor (mean() or sum() makes one)", value);
  return value.asScalar();
}

function computeGradients(
  loss: Loss,
  inputs: readonly tf.Tensor[],
  variables: readonly tf.Variable[] | undefined,
): Gradients {
  let outputs: Record<string, tf.Tensor> = {};
  const forward = (): tf.Scalar => {
    const returned = loss(...inputs);
    if (returned instanceof tf.Tensor) return scalarOf(returned);
    const { loss: scalar, ...rest } = typeof returned === "object" && returned !== null ? returned : { loss: returned };
    const total = scalarOf(scalar);
    for (const [name, tensor] of Object.entries(rest)) checkTensor(`result ${name} of loss`, tensor);
    // Copies survive the scope in which the loss was computed, and are no variables.
    outputs = Object.fromEntries(Object.entries(rest).map(([name, tensor]) => [name, tf.keep(tensor.clone())]));
    return total;
  };
  const { value, grads } = freeingGradients(forward, variables, () => tf.dispose(outputs));
  const registered = tf.engine().registeredVariables;
  const trained: tf.Variable[] = [];
  const gradients: tf.Tensor[] = [];
  for (const [name, gradient] of Object.entries(grads)) {
    const variable = registered[name];
    if (variable === undefined || !gradient) continue;
    trained.push(variable);
    gradients.push(gradient);
  }
  return { loss: value, outputs, trained, gradients };
}

export function disposeResult({ loss, outputs }: EagerResult): void {
  for (const tensor of [loss, ...Object.values(outputs)]) tensor.dispose();
}

/** What becomes of the gradients: they are disposed. */
function finish({ phase, slots, scalars }: StepContext, result: Gradients): void {
  const { trained, gradients } = result;
  try {
    tf.tidy(() => {
      if (phase === "collect") collect(slots, trained, gradients, scalars);
      else applyUpdate(slots, trained, gradients, scalars);
    });
  } catch (error) {
    disposeResult(result);
    throw error;
  } finally {
    for (const gradient of gradients) gradient.dispose();
  }
}

function collect(
  slots: OptimizerSlots,
  trained: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  scalars: OptimizerScalars,
): void {
  const [carry, weight] = [scalar(scalars, collecting.carry), scalar(scalars, collecting.weight)];
  for (const variable of slots.trained) {
    const sum = slots.sumOf(variable);
    const gradient = gradients[trained.indexOf(variable)];
    // The loss of this batch may not depend on it.
    const added = gradient === undefined ? sum.mul(carry) : sum.mul(carry).add(gradient.mul(weight));
    sum.assign(added);
  }
}

function applyUpdate(
  slots: OptimizerSlots,
  trained: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  scalars: OptimizerScalars,
): void {
  const { optimizer } = slots;
  const state = slots.stateOf(trained);
  const update = optimizer.update(gradients, state, trained, scalars);
  const assign = (variable: tf.Variable, value: tf.Tensor | undefined, what: string): void => {
    if (value === undefined || value.shape.join() !== variable.shape.join())
      throw new Error(
        `invalid update of ${optimizer.name}; expected ${what} of shape [${variable.shape.join()}]: ${value === undefined ? "none" : `[${value.shape.join()}]`}`,
      );
    if (value !== variable) variable.assign(value);
  };
  for (const [i, variable] of trained.entries()) assign(variable, update.variables[i], `variable ${variable.name}`);
  for (const [name, variables] of Object.entries(state))
    for (const [i, variable] of variables.entries()) assign(variable, update.state[name]?.[i], `slot ${name}`);
}

/** Runs one step; the slots are made at the first. Nothing is updated where the loss is not finite. */
export function runEagerly(context: StepContext): EagerResult {
  return withRandom(context.random, () => {
    const found = gradientsOf(context);
    context.slots.prepare(found.trained);
    if (Number.isFinite(found.loss.dataSync()[0])) finish(context, found);
    else for (const gradient of found.gradients) gradient.dispose();
    return found;
  });
}

/**
 * Runs one step and records it: first the gradients, then (the slots exist by then) the update.
 *
 * @param before all variables with their data before the step; slots that this step makes are added.
 * @param onSlots called when the slots are there and the update is not made yet.
 */
export function runRecorded(
  context: StepContext,
  before: Map<tf.Variable, TensorReference>,
  onSlots: () => void,
): RecordedStep {
  const { inputs, scalars, slots, random } = context;
  const given = [...inputs, ...Object.values(scalars)].map(referenceTo);
  const sources = new Set<object>([...given, ...before.values()].map(({ id }) => id));
  const first = record(() => gradientsOf(context), sources, random);
  const found = first.result;
  try {
    slots.prepare(found.trained);
    onSlots();
    for (const variable of slots.all) {
      before.set(variable, before.get(variable) ?? referenceTo(variable));
      sources.add(variable.dataId);
    }
    for (const call of first.calls) for (const output of call.outputs) sources.add(output.id);
    const second = record(() => finish(context, found), sources, random);
    return {
      result: { loss: found.loss, outputs: found.outputs },
      recording: {
        result: undefined,
        calls: [...first.calls, ...second.calls],
        constants: new Map([...first.constants, ...second.constants]),
        random: new Map([...first.random, ...second.random]),
        isSeeded: first.isSeeded || second.isSeeded,
        expectations: [...first.expectations, ...second.expectations],
        obstacle: first.obstacle ?? second.obstacle,
      },
    };
  } catch (error) {
    settleExpectations(first.expectations);
    throw error;
  }
}
