// The training loop. Everything optional is a callback or an option that `Trainer` prepares; the loop itself is here.
import type * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "../engine/optimizer.js";
import type { LossChoice } from "../losses/named-loss.js";
import type { PlateauSchedule } from "../schedules/index.js";
import type { Batches } from "./batches.js";
import type { Callback } from "./callback.js";
import type { History } from "./history.js";
import type { PlainSchedule } from "./learning-rate.js";
import type { MetricChoice } from "./metric-choice.js";
import { Trainer } from "./trainer.js";

export interface FitOptions {
  /** What to train on: a loader, or an array of { xs, ys }. */
  train: Batches;
  /** What `valLoss` and the like are computed on, after each epoch. */
  validation?: Batches;
  /** How many epochs in all, those of `resume` included; a whole number, at least 1. */
  epochs: number;
  /**
   * A name, a name with the options of `ml.losses`'s function, as `{ name: "crossEntropy", labelSmoothing: 0.1, classWeights: [1, 2] }`, or a
   * function of (ys, outputs); "crossEntropy" by default. The cross-entropies take a model that ends in scores, or in softmax or sigmoid, as
   * Keras's do: then they look at the scores before it.
   */
  loss?: LossChoice;
  /**
   * Metrics to compute beside the loss, by name or as `ml.metrics.streaming` makes them; ["accuracy"] by default for crossEntropy, else none.
   * Where labels are probabilities, metrics of classes take the likeliest.
   */
  metrics?: readonly MetricChoice[];
  /** `ml.optimizers.adam()` by default. */
  optimizer?: Optimizer;
  /** Learning rate by epoch or step: one of `ml.schedules`, or a function, as `(epoch) => (epoch < 10 ? 0.1 : 0.01)`, epochs from 0. */
  schedule?: PlainSchedule | PlateauSchedule;
  /** Scales gradients so that their common norm is at most this. */
  clipNorm?: number;
  /** Limits each entry of each gradient to ± this. */
  clipValue?: number;
  /**
   * How many batches make one update of the weights, as Lightning's `accumulate_grad_batches`; a whole number, 1 by default. n batches of b
   * then train as one of n·b does (batch norm, which looks at one batch, apart) in the memory of one. A last group that is not full makes
   * an update of its own. Schedules that count steps count updates.
   */
  accumulateGradBatches?: number;
  /** What looks on, and may stop the run: `ml.callbacks`, or objects of your own with some of their methods. */
  callbacks?: readonly Callback[];
  /** Makes the run repeatable: dropout and other draws. (The order of samples is the loader's, its weights the model's.) */
  seed?: number;
  /**
   * A folder that `ml.callbacks.checkpoint` wrote: training goes on from there, to the same losses. Loss, metrics, optimizer, schedule,
   * clipping, accumulation and seed are the checkpoint's where they are not named here; those that are functions of one's own must be.
   */
  resume?: string;
  /** "auto" compiles the step where it can; "eager" never does; "compiled" insists. */
  mode?: "auto" | "eager" | "compiled";
  /** Threads of the compiled step at most; default: as many as the machine offers. A step too small to share uses one. */
  threads?: number;
}

/** What fit rejects with once training has begun: whatever ended it, with what was done until then. */
export type FitError = Error & { readonly history: History };

/**
 * Trains a model. Stop ends it at the next batch; the weights are then those of the last step, in the model. So they are when a callback
 * or a loader fails. The error has the epochs that were done as its `history` (see `ml.FitError`), and where `ml.callbacks.checkpoint` is
 * among the callbacks, `resume` goes on with the batch that would have been next.
 * @param model from [batch, …] to logits, probabilities or values; it needs no `compile`
 * @throws when an option is wrong, or when the loss is no longer finite, with the layer's name; the model keeps the weights that gave the
 *   last finite loss's update
 */
export async function fit(model: tf.LayersModel, options: FitOptions): Promise<History> {
  const trainer = await Trainer.prepare(model, options);
  try {
    await trainer.begin();
    while (trainer.goesOn) {
      for await (const batch of trainer.batches()) {
        await trainer.step(batch);
        if (!trainer.goesOn) break;
      }
      await trainer.endEpoch();
    }
    return await trainer.end();
  } catch (error) {
    await trainer.fail(error);
    throw error;
  } finally {
    await trainer.dispose();
  }
}
