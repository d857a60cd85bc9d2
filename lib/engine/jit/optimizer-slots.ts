// What an optimizer keeps between steps, as variables, so that it lives, is recorded and is mirrored as the weights are. Used by stepper.ts
// and eager-step.ts.
import * as tf from "@tensorflow/tfjs";
import type { Optimizer, OptimizerState } from "../optimizer.js";

export class OptimizerSlots {
  private static count = 0;
  private readonly prefix = `optimizer/${OptimizerSlots.count++}`;
  private slots: Record<string, tf.Variable[]> | undefined;
  trained: readonly tf.Variable[] = [];
  /** One sum of gradients a trained variable, where several batches make one update; else none. */
  sums: readonly tf.Variable[] = [];

  constructor(
    readonly optimizer: Optimizer,
    private readonly accumulates = false,
  ) {}

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
    if (this.accumulates)
      this.sums = this.trained.map((variable, i) => {
        const zeros = tf.tensor(new Float32Array(variable.size), variable.shape);
        const sum = tf.variable(zeros, false, `${this.prefix}/gradientSum/${i}`);
        zeros.dispose();
        return sum;
      });
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

  /** All variables that belong to the optimizer. */
  get all(): readonly tf.Variable[] {
    return [...Object.values(this.state).flat(), ...this.sums];
  }

  /** The trained variable that a slot belongs to: the one at its place, if the shapes agree. */
  ownerOf(variable: tf.Variable): tf.Variable | undefined {
    for (const slot of [...Object.values(this.state), this.sums]) {
      const owner = this.trained[slot.indexOf(variable)];
      if (owner !== undefined && owner.shape.join() === variable.shape.join()) return owner;
    }
    return undefined;
  }

  dispose(): void {
    for (const variable of this.all) variable.dispose();
    this.slots = undefined;
    this.sums = [];
  }
}
