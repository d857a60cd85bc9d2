// Cross-validation: trains a new model on each fold and judges it by the part that was left out.
import type * as tf from "@tensorflow/tfjs";
import { Dataset, kFold, type Loader, loader } from "../data/index.js";
import { checkBoolean, checkOptions, invalid } from "../engine/invalid.js";
import { mixSeeds, Xoshiro128 } from "../engine/random.js";
import { compose, type Transform } from "../transforms/index.js";
import type { Callback } from "./callback.js";
import { fitOptions } from "./check-fit.js";
import { CrossValidation, type FoldResult } from "./cross-validation.js";
import { evaluate } from "./evaluate.js";
import { type FitOptions, fit as train } from "./fit.js";
import { FoldProgress } from "./fold-progress.js";
import { isModel } from "./layer-calls.js";
import { usualMetrics } from "./metric-choice.js";
import { ModelInference } from "./model-inference.js";
import { RunningMetrics } from "./running-metrics.js";
import { score } from "./score.js";

export interface CrossValidateOptions extends Omit<FitOptions, "train" | "validation" | "resume" | "callbacks"> {
  /** How many folds, from 2 to the number of samples; 5 by default. */
  folds?: number;
  /** Keep each class's share in every fold; by default true where labels are classes, as in scikit-learn. */
  stratify?: boolean;
  /** What each sample belongs to (a patient, a document): a group is never on both sides. One number or name a sample. */
  groups?: ArrayLike<number> | ArrayLike<string>;
  /** For all samples. */
  transform?: Transform;
  /** For training samples only, before `transform`: random crops, flips, … */
  augment?: Transform;
  /** Samples a batch, at least 1; 32 by default. */
  batchSize?: number;
  /** Threads that make training batches ahead; 0 by default. */
  workers?: number;
  /** fit's callbacks for every fold; a function gives each fold its own (a folder for its checkpoints, …). */
  callbacks?: readonly Callback[] | ((fold: number) => readonly Callback[]);
  /** Keep each fold's model in the result, for the caller to dispose; false by default. */
  keepModels?: boolean;
  /** Shows how far it is: a bar in a notebook, a line on stderr where that is a terminal; true by default. */
  verbose?: boolean;
}

/**
 * k-fold cross-validation (Stone, "Cross-Validatory Choice and Assessment of Statistical Predictions", 1974; scikit-learn's
 * `cross_validate`): every sample is used for validation once, by a model that never saw it. It measures; it cures nothing.
 * @param makeModel gives a new model for each fold (from 0). With `seed`, models that it makes without a seed of their own
 *   are repeatable too, if it makes them before it awaits anything
 * @param dataset all that may be trained on; keep the test set out of it
 * @param options of `ml.fit`, and of the folds and batches. `seed`: the same folds, order, augmentation, draws and weights
 * @returns each fold's history, scores of the final model, predictions; mean and standard deviation of each score
 * @throws when an option is wrong, when makeModel gives no new model; on Stop. All models are disposed then
 */
export async function crossValidate(
  makeModel: (fold: number) => tf.LayersModel | Promise<tf.LayersModel>,
  dataset: Dataset,
  options: CrossValidateOptions,
): Promise<CrossValidation> {
  check(makeModel, dataset, options);
  const { folds = 5, stratify = dataset.classNames.length > 0, groups, seed } = options;
  const parts = kFold(dataset, { folds, stratify, ...(groups && { groups }), ...(seed !== undefined && { seed }) });
  const results: FoldResult[] = [];
  const seen = new WeakSet<tf.LayersModel>();
  const alive = new Set<tf.LayersModel>();
  const progress = new FoldProgress(folds, options.epochs, options.verbose ?? true);
  try {
    for (const { fold, train, validation } of parts) {
      const started = performance.now();
      const own = seed === undefined ? undefined : mixSeeds(seed, fold);
      const model = checkModel(await seeded(own, () => makeModel(fold)), seen);
      alive.add(model);
      const outcome = await runFold(model, train, validation, options, { fold, seed: own, progress });
      if (!options.keepModels && alive.delete(model)) model.dispose();
      results.push({
        fold,
        trainSize: train.length,
        validationSize: validation.length,
        ...outcome,
        model: options.keepModels ? model : undefined,
        seconds: (performance.now() - started) / 1000,
      });
    }
    alive.clear();
    const found = new CrossValidation(results);
    progress.end(found);
    return found;
  } catch (error) {
    progress.fail(results.length);
    throw error;
  } finally {
    // Stopped or failed: nobody else has the models.
    for (const model of alive) model.dispose();
  }
}

async function runFold(
  model: tf.LayersModel,
  trainPart: Dataset,
  validation: Dataset,
  options: CrossValidateOptions,
  { fold, seed, progress }: { fold: number; seed: number | undefined; progress: FoldProgress },
): Promise<Pick<FoldResult, "history" | "scores" | "evaluation">> {
  const { transform, augment, batchSize = 32, workers = 0, ...others } = options;
  const { folds, stratify, groups, keepModels, verbose, ...rest } = others;
  const { callbacks = [], seed: _, ...fitOptions } = rest;
  const trainTransform = augment && transform ? compose([augment, transform]) : (augment ?? transform);
  const batches: Loader = loader(trainPart, {
    batchSize,
    workers,
    shuffle: true,
    ...(trainTransform && { transform: trainTransform }),
    ...(seed !== undefined && { seed }),
  });
  const held = loader(validation, { batchSize: Math.max(batchSize, 128), ...(transform && { transform }) });
  try {
    const history = await train(model, {
      ...fitOptions,
      train: batches,
      validation: held,
      callbacks: [progress.ofFold(fold), ...(typeof callbacks === "function" ? callbacks(fold) : callbacks)],
      ...(seed !== undefined && { seed }),
    });
    const { loss = "crossEntropy", metrics = usualMetrics(loss) } = fitOptions;
    // Not the history's last row: early stopping may have given the model the weights of another epoch.
    const inference = new ModelInference(model, fitOptions.mode ?? "auto", "constants");
    const scores = await score(inference, held, loss, new RunningMetrics(metrics)).finally(() => inference.dispose());
    return { history, scores, evaluation: validation.classNames.length ? await evaluate(model, held) : undefined };
  } finally {
    await batches.close();
  }
}

/** Weights without a seed follow from Math.random. */
function seeded<T>(seed: number | undefined, make: () => T): T {
  if (seed === undefined) return make();
  const { random } = Math;
  const numbers = new Xoshiro128(seed);
  Math.random = () => numbers.unit();
  try {
    return make();
  } finally {
    Math.random = random;
  }
}

const own = ["folds", "stratify", "groups", "transform", "augment", "batchSize", "workers", "keepModels", "verbose"];

function check(makeModel: unknown, dataset: unknown, options: unknown): void {
  if (typeof makeModel !== "function") throw invalid("makeModel", "a function that makes a new model", makeModel);
  if (!(dataset instanceof Dataset)) throw invalid("dataset", "a data set of ml.data (not a loader)", dataset);
  if (typeof options !== "object" || options === null) throw invalid("options", "an object with epochs", options);
  for (const key of ["train", "validation", "resume"])
    if (key in options) throw invalid("options", `no ${key}, since each fold has its own`, key);
  checkOptions("options", options, [...fitOptions, ...own]);
  if ("keepModels" in options) checkBoolean("keepModels", options.keepModels);
  if ("verbose" in options) checkBoolean("verbose", options.verbose);
}

function checkModel(model: unknown, seen: WeakSet<tf.LayersModel>): tf.LayersModel {
  if (!isModel(model)) throw invalid("makeModel", "a function that returns a tf.LayersModel", model);
  // It would have been trained on the samples that judge it now.
  if (seen.has(model)) throw invalid("makeModel", "a new model for each fold", `${model.name} again`);
  seen.add(model);
  return model;
}
