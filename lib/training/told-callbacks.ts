// The callbacks of one run: who knows of its beginning, what they wished, what they had when the run was interrupted. The trainer tells
// them, and does what they wish.
import * as tf from "@tensorflow/tfjs";
import type { Callback, TrainingView, Wish } from "./callback.js";
import type { CallbackState, Checkpoint } from "./checkpoint-file.js";
import type { History } from "./history.js";

export class ToldCallbacks {
  /** Why training is to end. */
  stopped: string | undefined;
  /** What the model's weights are to be at the end. */
  weights: readonly tf.Tensor[] | undefined;
  /** Those that began and don't know of the end yet. */
  readonly #untold: Callback[] = [];

  constructor(readonly all: readonly Callback[]) {}

  /** @param saved what they had in the checkpoint that is resumed; two of one name are told apart by their order */
  async begin(view: () => TrainingView, saved: Checkpoint["callbacks"]): Promise<void> {
    const left = [...saved];
    const stateOf = ({ name, state }: Callback): CallbackState | undefined => {
      const index = state === undefined ? -1 : left.findIndex((it) => it.name === name);
      return index < 0 ? undefined : left.splice(index, 1)[0];
    };
    for (const callback of this.all) {
      this.#untold.push(callback);
      const wish = await callback.begin?.(view(), stateOf(callback));
      if (wish) this.grant(callback, wish);
    }
  }

  grant(callback: Callback, wish: Wish): void {
    if (wish === "stop") this.stopped = `stopped by ${callback.name}`;
    else if (wish) {
      if (wish.stop !== undefined) this.stopped = `${callback.name}: ${wish.stop}`;
      if (wish.weights) {
        if (this.weights !== wish.weights) this.#release();
        this.weights = wish.weights;
      }
    }
  }

  states(): Checkpoint["callbacks"] {
    return this.all.flatMap((it) => (it.state ? [{ ...it.state(), name: it.name }] : []));
  }

  /** Training ended with an error, which is the one to be seen: what they throw changes nothing. */
  async interrupted(view: () => TrainingView): Promise<void> {
    for (const callback of this.#untold)
      try {
        await callback.interrupted?.(view());
      } catch {
        // The others are told.
      }
  }

  /** Each is told once, also when another one throws. */
  async end(history: History): Promise<void> {
    const failures: unknown[] = [];
    for (const callback of this.#untold.splice(0))
      try {
        this.grant(callback, await callback.end?.(history));
      } catch (error) {
        failures.push(error);
      }
    if (failures.length) throw failures[0];
  }

  dispose(): void {
    this.#release();
    this.weights = undefined;
  }

  #release(): void {
    // model.getWeights() gives the model's own variables, which stay.
    for (const weight of this.weights ?? []) if (!(weight instanceof tf.Variable)) weight.dispose();
  }
}
