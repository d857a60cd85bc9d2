// How good a model is on data that it was not trained on.

import type * as tf from "@tensorflow/tfjs";
import { accuracy as accuracyOf, bootstrapInterval } from "../metrics/index.js";
import { abortSignal, type Batches, batchSource } from "./batches.js";
import { Evaluation } from "./evaluation.js";
import { forward } from "./forward.js";
import { classOf, softmax, toRows } from "./running-metrics.js";

export interface EvaluateOptions {
  /** Names of the classes, for the report; by default the loader's dataset's, else their numbers. */
  classNames?: readonly string[];
  /** Seed of the interval's resampling; 0 by default. */
  seed?: number;
}

/**
 * Runs a classifier over all batches.
 * @param model from [batch, …] to logits [batch, classes]
 * @param batches a loader, or an array of { xs, ys } with classes as ys
 * @returns accuracy with its 95 % interval (bootstrap), the report, the confusion matrix, and every prediction
 */
export async function evaluate(
  model: tf.LayersModel,
  batches: Batches,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const source = batchSource("batches", batches);
  const signal = abortSignal();
  const yTrue: number[] = [];
  const yPred: number[] = [];
  const probabilities: number[][] = [];
  for await (const { xs, ys } of source.epoch(0)) {
    const logits = forward(model, xs);
    try {
      signal?.throwIfAborted();
      yTrue.push(...ys.dataSync());
      for (const row of toRows({ data: await logits.data(), shape: logits.shape })) {
        yPred.push(classOf(row));
        probabilities.push(softmax(row));
      }
    } finally {
      xs.dispose();
      ys.dispose();
      logits.dispose();
    }
  }
  if (!yTrue.length) throw new Error("invalid batches; expected at least one sample: none");
  const interval = bootstrapInterval((a: number[], b: number[]) => accuracyOf(a, b), yTrue, yPred, {
    seed: options.seed ?? 0,
  });
  const classNames = options.classNames ?? namesOf(batches) ?? probabilities[0]?.map((_, i) => String(i)) ?? [];
  return new Evaluation({ yTrue, yPred, probabilities, classNames, interval });
}

function namesOf(batches: unknown): readonly string[] | undefined {
  const dataset = (batches as { dataset?: { classNames?: unknown } }).dataset;
  return Array.isArray(dataset?.classNames) ? (dataset.classNames as string[]) : undefined;
}
