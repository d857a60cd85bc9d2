// The values of variables at one moment, so that a step that only was to be recorded, or that failed, leaves no trace. Used by tfjs-step.ts.
import * as tf from "@tensorflow/tfjs";

export class Snapshot {
  private readonly values = new Map<tf.Variable, tf.Tensor>();

  /** Remembers the variables' values; those that it knows already keep what was remembered first. */
  keep(variables: Iterable<tf.Variable>): void {
    // A reshape shares the data; nothing is copied. Kept: a variable may be made, and remembered, within a tidy.
    for (const variable of variables)
      if (!this.values.has(variable)) this.values.set(variable, tf.keep(tf.reshape(variable, variable.shape)));
  }

  /** Gives each variable its value back. */
  restore(): void {
    for (const [variable, value] of this.values)
      if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value);
  }

  dispose(): void {
    for (const value of this.values.values()) value.dispose();
    this.values.clear();
  }
}
