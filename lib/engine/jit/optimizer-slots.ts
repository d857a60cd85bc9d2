// What an optimizer keeps between steps, as variables, so that it lives, is recorded and is mirrored as the weights are. Used by stepper.ts
// and what it is made of (eager-step.ts, tfjs-step.ts, step-counts.ts, step-program.ts).
import * as tf from "@tensorflow/tfjs";
import type { Optimizer, OptimizerState } from "../optimizer.js";

export class OptimizerSlots {
  private static count = 0;
  private readonly prefix = `optimizer/${OptimizerSlots.count++}`;
  private slots: Record<string, tf.Variable[]> | undefined;
  /** All that was ever trained, in the order in which it came. */
  trained: readonly tf.Variable[] = [];
  /** One sum of gradients a trained variable, where several batches make one update; else none. */
  sums: readonly tf.Variable[] = [];

  constructor(
    readonly optimizer: Optimizer,
    private readonly accumulates = false,
  ) {}

  /** Makes the slots at the first step, and those of variables that are trained for the first time at a later one. */
  prepare(trained: readonly tf.Variable[]): void {
    const fresh = trained.filter((variable) => !this.trained.includes(variable));
    if (this.slots !== undefined && fresh.length === 0) return;
    const all = [...this.trained, ...fresh];
    const initial = tf.tidy(() => this.optimizer.init(all) as tf.NamedTensorMap & OptimizerState);
    if (this.accumulates)
      this.sums = all.map((variable, i) => this.sums[i] ?? this.make("gradientSum", i, tf.zeros(variable.shape)));
    const old = this.slots ?? {};
    this.slots = {};
    // A copy of its own: init may give one tensor of zeros for all.
    for (const [slot, tensors] of Object.entries<readonly tf.Tensor[]>(initial))
      this.slots[slot] = tensors.map(
        (tensor, i) =>
          old[slot]?.[i] ?? this.make(slot, i, tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype)),
      );
    const given = new Set(Object.values<readonly tf.Tensor[]>(initial).flat());
    for (const tensor of given) if (!(tensor instanceof tf.Variable)) tensor.dispose();
    this.trained = all;
  }

  private make(slot: string, i: number, values: tf.Tensor): tf.Variable {
    const variable = tf.variable(values, false, `${this.prefix}/${slot}/${i}`);
    values.dispose();
    return variable;
  }

  get ready(): boolean {
    return this.slots !== undefined;
  }

  /** Slot name → variables; empty before the first step. */
  get state(): Readonly<Record<string, readonly tf.Variable[]>> {
    return this.slots ?? {};
  }

  /** The part of the state that belongs to some of the trained variables: a step may depend on some only. */
  stateOf(trained: readonly tf.Variable[]): Readonly<Record<string, readonly tf.Variable[]>> {
    const places = trained.map((variable) => this.trained.indexOf(variable));
    const part = ([slot, variables]: [string, readonly tf.Variable[]]): [string, readonly tf.Variable[]] => {
      // A slot of another length belongs to all.
      if (variables.length !== this.trained.length) return [slot, variables];
      return [slot, places.flatMap((place) => variables[place] ?? [])];
    };
    return Object.fromEntries(Object.entries(this.state).map(part));
  }

  /** @throws unless gradients are summed, and the variable is trained */
  sumOf(variable: tf.Variable): tf.Variable {
    const sum = this.sums[this.trained.indexOf(variable)];
    if (sum === undefined) throw new Error(`invalid variable; expected one with a sum of gradients: ${variable.name}`);
    return sum;
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
    this.trained = [];
    this.sums = [];
  }
}
