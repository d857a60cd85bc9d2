// What a callback is. fit() calls it and does what it answers; a callback changes nothing itself.
import type * as tf from "@tensorflow/tfjs";
import type { CallbackState, Checkpoint } from "./checkpoint-file.js";
import type { EpochLogs, History } from "./history.js";

/** What is known after a step. */
export interface StepLogs {
  /** Counted from 1, over all epochs. */
  readonly step: number;
  /** Counted from 1. */
  readonly epoch: number;
  /** Step within the epoch, from 1, and how many the epoch has. */
  readonly batch: number;
  readonly batches: number;
  /** Of this batch. */
  readonly loss: number;
  readonly learningRate: number;
  /** fit's metrics over this epoch so far, by name; one that has no value yet is left out. Computed when it is read. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Samples of this epoch so far, and a second. */
  readonly images: number;
  readonly imagesPerSecond: number;
  readonly epochs: number;
}

/**
 * What a callback wants: training to end (a reason may be given), or these weights to be the model's at the end. fit() takes such weights
 * over, copies of the model's in its order, and disposes them.
 */
export type Wish = undefined | "stop" | { readonly stop?: string; readonly weights?: readonly tf.Tensor[] };

/** What a callback may look at. Looking at the model's weights brings them back from the compiled step. */
export interface TrainingView {
  readonly model: tf.LayersModel;
  readonly epochs: number;
  readonly batches: number;
  /** The epochs that are done, those before `resume` among them. */
  readonly rows: readonly EpochLogs[];
  /** Everything that is needed to go on from here. */
  checkpoint(): Checkpoint;
}

export interface Callback {
  readonly name: string;
  /** @param saved what `state` of this callback (the same name, in the same order) gave when the checkpoint was written that is resumed */
  begin?(view: TrainingView, saved?: CallbackState): Wish | void | Promise<Wish> | Promise<void>;
  afterStep?(step: number, logs: StepLogs): Wish | Promise<Wish>;
  afterEpoch?(epoch: number, logs: EpochLogs, view: TrainingView): Wish | Promise<Wish>;
  /**
   * Called before `end` when Stop, or an error of a loader or a callback, ended training after a step: what `view.checkpoint()` gives then
   * is where a resumed run goes on, with the next batch. Not called when the loss is no longer finite.
   */
  interrupted?(view: TrainingView): void | Promise<void>;
  /**
   * Called once, also when training was stopped or failed: `history` then ends earlier, with the reason in `stopped`. After a failure the
   * answer counts for nothing.
   */
  end?(history: History): Wish | Promise<Wish>;
  /** Asked whenever a checkpoint is made, which may be before this callback saw the epoch that has just ended. */
  state?(): CallbackState;
}
