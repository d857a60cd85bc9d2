// The loss and the metrics of a model as it is now, over all batches: fit's validation, and what a fold of cross-validation
// is judged by.
import * as tf from "@tensorflow/tfjs";
import { cellSignal } from "../engine/cell-signal.js";
import { invalid } from "../engine/invalid.js";
import type { RawInput, StepInput } from "../engine/jit/step-input.js";
import type { LossFunction } from "../losses/index.js";
import { isOfClasses, type LossChoice, namedLoss, takesScores } from "../losses/named-loss.js";
import { type BatchSource, disposeBatch, stepBatches, tensorOf, valuesOf } from "./batches.js";
import { checkBatch } from "./check-model.js";
import type { ModelInference } from "./model-inference.js";
import type { RunningMetrics } from "./running-metrics.js";
import { turns } from "./turns.js";

/**
 * @param loss without regularisation, as `valLoss`
 * @param metrics reset first
 * @throws when there is no sample, or a batch does not fit the model
 * @returns `loss` (mean over samples) and each metric that has a value on these samples
 */
export async function score(
  inference: ModelInference,
  source: BatchSource,
  loss: LossChoice,
  metrics: RunningMetrics,
): Promise<Record<string, number>> {
  const lossOf = namedLoss(loss);
  const signal = cellSignal();
  const turn = turns();
  metrics.reset();
  let [total, count] = [0, 0];
  for await (const batch of stepBatches(source, 0)) {
    try {
      signal?.throwIfAborted();
      checkBatch("validation", batch, inference.model, isOfClasses(loss));
      const { outputs, scores } = await inference.run(batch.xs);
      const size = batch.xs.shape[0] ?? 0;
      total += size * lossValue(lossOf, batch.ys, takesScores(loss) ? scores : outputs);
      count += size;
      metrics.update({ data: valuesOf(batch.ys), shape: batch.ys.shape }, outputs, scores);
      await turn();
    } finally {
      disposeBatch(batch);
    }
  }
  if (count === 0) throw invalid("validation", "at least one sample", "none");
  return { loss: total / count, ...metrics.values() };
}

function lossValue(lossOf: LossFunction, ys: StepInput, outputs: RawInput): number {
  return tf.tidy(() => lossOf(tensorOf(ys), tensorOf(outputs)).dataSync()[0] ?? Number.NaN);
}
