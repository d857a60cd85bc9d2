// How good a model is on data that it was not trained on.
import type * as tf from "@tensorflow/tfjs";
import { cellSignal } from "../engine/cell-signal.js";
import { checkOptions, invalid } from "../engine/invalid.js";
import { checkSeed } from "../engine/random.js";
import { accuracy as accuracyOf, bootstrapInterval } from "../metrics/index.js";
import { type Batches, batchSource, disposeBatch, stepBatches, valuesOf } from "./batches.js";
import { checkBatch, checkModel } from "./check-model.js";
import { Evaluation } from "./evaluation.js";
import { type InferenceMode, ModelInference } from "./model-inference.js";
import { classOf, softmax, toRows } from "./running-metrics.js";
import { turns } from "./turns.js";

export interface EvaluateOptions {
  /** Names of the classes, for the report; by default the loader's dataset's, else their numbers. */
  classNames?: readonly string[];
  /** Seed of the interval's resampling; 0 by default. */
  seed?: number;
  /** "auto", the default, compiles the model where it can; "eager" never does; "compiled" insists. */
  mode?: InferenceMode;
}

/** What each model was evaluated on last, while somebody still has the model. */
const evaluatedOn = new WeakMap<tf.LayersModel, Batches>();

/** The batches of the last `ml.evaluate` of this model that came to its end: what deploy tests it on where nothing else is said. */
export function lastEvaluatedOn(model: tf.LayersModel): Batches | undefined {
  return evaluatedOn.get(model);
}

/**
 * Runs a classifier over all batches.
 * @param model from [batch, …] to logits [batch, classes], or to probabilities where it ends in softmax or sigmoid
 * @param batches a loader, or an array of { xs, ys } with classes as ys
 * @throws when an option is wrong, when there is no sample, when the batches don't fit the model, or a label is none of its classes
 * @returns accuracy with its 95 % interval (bootstrap), the report, the confusion matrix, and every prediction
 */
export async function evaluate(
  model: tf.LayersModel,
  batches: Batches,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkModel(model);
  checkOptions("options", options, ["classNames", "seed", "mode"]);
  const { classNames: names, seed = 0 } = options;
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === "string")))
    throw invalid("classNames", "a list of names", names);
  checkSeed(seed);
  const source = batchSource("batches", batches);
  const signal = cellSignal();
  const turn = turns();
  const yTrue: number[] = [];
  const yPred: number[] = [];
  const probabilities: number[][] = [];
  const inference = new ModelInference(model, options.mode ?? "auto", "constants");
  try {
    for await (const batch of stepBatches(source, 0)) {
      try {
        signal?.throwIfAborted();
        checkBatch("batches", batch, model, true);
        for (const label of Array.from(valuesOf(batch.ys))) yTrue.push(label);
        for (const row of toRows((await inference.run(batch.xs)).scores)) {
          yPred.push(classOf(row));
          probabilities.push(softmax(row));
        }
        await turn();
      } finally {
        disposeBatch(batch);
      }
    }
  } finally {
    await inference.dispose();
  }
  if (!yTrue.length) throw invalid("batches", "at least one sample", "none");
  const interval = bootstrapInterval((a: number[], b: number[]) => accuracyOf(a, b), yTrue, yPred, {
    seed,
  });
  evaluatedOn.set(model, batches);
  const classNames = names ?? namesOf(batches) ?? probabilities[0]?.map((_, i) => String(i)) ?? [];
  return new Evaluation({ yTrue, yPred, probabilities, classNames, interval });
}

function namesOf(batches: unknown): readonly string[] | undefined {
  const dataset = (batches as { dataset?: { classNames?: unknown } }).dataset;
  return Array.isArray(dataset?.classNames) ? (dataset.classNames as string[]) : undefined;
}
