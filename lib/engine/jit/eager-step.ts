// One training step in plain tfjs: loss, gradients, the optimizer's update, assignment. It is what runs where nothing is compiled, and what
// is recorded where something is. Called by compile.ts.
import * as tf from "@tensorflow/tfjs";
import type { Optimizer, OptimizerScalars, OptimizerState } from "../optimizer.js";
import { type Recording, record, referenceTo, type TensorReference } from "./recording.js";

/** A loss alone, or with further tensors that the caller wants back (predictions, for metrics). */
export type LossValue = tf.Tensor | ({ readonly loss: tf.Tensor } & Readonly<Record<string, tf.Tensor>>);

/** From a batch's tensors to its loss, a scalar. Closed-over tensors count as constants; what trains is a tf.Variable. */
export type Loss = (...inputs: tf.Tensor[]) => LossValue;

/** The optimizer's state as variables, so that it lives, is recorded and is mirrored as the weights are. */
export class OptimizerSlots {
  private static count = 0;
  private readonly prefix = `optimizer/${OptimizerSlots.count++}`;
  private slots: Record<string, tf.Variable[]> | undefined;
  trained: readonly tf.Variable[] = [];

  constructor(readonly optimizer: Optimizer) {}

  /** Makes the slots at the first step; later steps must train the same variables. */
  prepare(trained: readonly tf.Variable[]): void {
    if (this.slots !== undefined) {
      if (trained.length === this.trained.length && trained.every((variable, i) => variable === this.trained[i]))
        return;
      throw new Error(
        `invalid variables; expected those of the first step (${this.trained.map((v) => v.name).join(", ")}), compile the step again: ${trained.map((v) => v.name).join(", ")}`,
      );
    }
    this.trained = [...trained];
    const initial = tf.tidy(() => this.optimizer.init(this.trained) as tf.NamedTensorMap & OptimizerState);
    this.slots = {};
    for (const [slot, tensors] of Object.entries<readonly tf.Tensor[]>(initial))
      this.slots[slot] = tensors.map((tensor, i) => {
        // A copy of its own: init may give one tensor of zeros for all.
        const values = tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype);
        const variable = tf.variable(values, false, `${this.prefix}/${slot}/${i}`);
        values.dispose();
        return variable;
      });
    const given = new Set(Object.values<readonly tf.Tensor[]>(initial).flat());
    for (const tensor of given) if (!(tensor instanceof tf.Variable)) tensor.dispose();
  }

  get ready(): boolean {
    return this.slots !== undefined;
  }

  /** Slot name → variables; empty before the first step. */
  get state(): Readonly<Record<string, readonly tf.Variable[]>> {
    return this.slots ?? {};
  }

  /** The trained variable that a slot belongs to: the one at its place, if the shapes agree. */
  ownerOf(variable: tf.Variable): tf.Variable | undefined {
    for (const slot of Object.values(this.slots ?? {})) {
      const owner = this.trained[slot.indexOf(variable)];
      if (owner !== undefined && owner.shape.join() === variable.shape.join()) return owner;
    }
    return undefined;
  }

  dispose(): void {
    for (const variable of Object.values(this.slots ?? {}).flat()) variable.dispose();
    this.slots = undefined;
  }
}

/** What a step gives: tensors that the caller disposes. */
export interface EagerResult {
  readonly loss: tf.Tensor;
  readonly outputs: Readonly<Record<string, tf.Tensor>>;
}

export interface RecordedStep {
  readonly result: EagerResult;
  readonly recording: Recording<unknown>;
}

interface Gradients extends EagerResult {
  readonly trained: readonly tf.Variable[];
  readonly gradients: readonly tf.Tensor[];
}

function computeGradients(
  loss: Loss,
  inputs: readonly tf.Tensor[],
  variables: readonly tf.Variable[] | undefined,
): Gradients {
  let outputs: Record<string, tf.Tensor> = {};
  const { value, grads } = tf.variableGrads(
    () => {
      const returned = loss(...inputs);
      if (returned instanceof tf.Tensor) return returned.asScalar();
      const { loss: scalar, ...rest } = returned;
      // Copies survive the scope in which the loss was computed, and are no variables.
      outputs = Object.fromEntries(Object.entries(rest).map(([name, tensor]) => [name, tf.keep(tensor.clone())]));
      return scalar.asScalar();
    },
    variables === undefined ? undefined : [...variables],
  );
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

function applyUpdate(slots: OptimizerSlots, { trained, gradients }: Gradients, scalars: OptimizerScalars): void {
  const { optimizer, state } = slots;
  tf.tidy(() => {
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
  });
  for (const gradient of gradients) gradient.dispose();
}

/** Runs one step; the slots are made at the first. */
export function runEagerly(
  loss: Loss,
  slots: OptimizerSlots,
  inputs: readonly tf.Tensor[],
  scalars: OptimizerScalars,
  variables: readonly tf.Variable[] | undefined,
): EagerResult {
  const found = computeGradients(loss, inputs, variables);
  slots.prepare(found.trained);
  applyUpdate(slots, found, scalars);
  return found;
}

/**
 * Runs one step and records it: first the gradients, then (the slots exist by then) the update.
 *
 * @param before all variables with their data before the step; slots that this step makes are added.
 */
export function runRecorded(
  loss: Loss,
  slots: OptimizerSlots,
  inputs: readonly tf.Tensor[],
  scalars: OptimizerScalars,
  variables: readonly tf.Variable[] | undefined,
  before: Map<tf.Variable, TensorReference>,
): RecordedStep {
  const given = [...inputs, ...Object.values(scalars)].map(referenceTo);
  const sources = new Set<object>([...given, ...before.values()].map(({ id }) => id));
  const first = record(() => computeGradients(loss, inputs, variables), sources);
  const found = first.result;
  slots.prepare(found.trained);
  for (const variable of Object.values(slots.state).flat()) {
    before.set(variable, before.get(variable) ?? referenceTo(variable));
    sources.add(variable.dataId);
  }
  for (const call of first.calls) for (const output of call.outputs) sources.add(output.id);
  const second = record(() => applyUpdate(slots, found, scalars), sources);
  return {
    result: found,
    recording: {
      result: undefined,
      calls: [...first.calls, ...second.calls],
      constants: new Map([...first.constants, ...second.constants]),
      random: new Map([...first.random, ...second.random]),
      obstacle: first.obstacle ?? second.obstacle,
    },
  };
}
