// The loss and the metrics of a model as it is now, over all batches: what a fold of cross-validation is judged by.
import * as tf from "@tensorflow/tfjs";
import type { LossFunction } from "../losses/index.js";
import { abortSignal, type BatchSource } from "./batches.js";
import { forward } from "./forward.js";
import type { RunningMetrics } from "./running-metrics.js";

/**
 * @param lossOf without regularisation, as `valLoss`
 * @param metrics reset first
 * @returns `loss` (mean over samples) and each metric that has a value on these samples
 */
export async function score(
  model: tf.LayersModel,
  source: BatchSource,
  lossOf: LossFunction,
  metrics: RunningMetrics,
): Promise<Record<string, number>> {
  const signal = abortSignal();
  metrics.reset();
  let [total, count] = [0, 0];
  for await (const { xs, ys } of source.epoch(0)) {
    const outputs = forward(model, xs);
    try {
      signal?.throwIfAborted();
      const size = xs.shape[0] ?? 0;
      total += size * (tf.tidy(() => lossOf(ys, outputs).dataSync()[0]) ?? Number.NaN);
      count += size;
      metrics.update(ys.dataSync(), { data: await outputs.data(), shape: outputs.shape });
    } finally {
      tf.dispose([xs, ys, outputs]);
    }
  }
  return { loss: total / count, ...metrics.values() };
}
