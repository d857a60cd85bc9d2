// The learning-rate range test: trains for a few steps while the rate rises, and puts the model back as it was.
import * as tf from "@tensorflow/tfjs";
import { cellSignal } from "../engine/cell-signal.js";
import { checkNumber, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { type CompiledStep, compile } from "../engine/jit/compile.js";
import type { Optimizer } from "../engine/optimizer.js";
import { isOfClasses, type LossChoice, namedLoss, takesScores } from "../losses/named-loss.js";
import { adam } from "../optimizers/index.js";
import { type Batch, type Batches, type BatchSource, batchSource } from "./batches.js";
import { checkBatch, checkLoss, checkModel } from "./check-model.js";
import { clipped } from "./compile-training.js";
import { forward, regularization } from "./forward.js";
import { LearningRateRange } from "./learning-rate-range.js";
import { turns } from "./turns.js";

export interface FindLearningRateOptions {
  /** What will be trained on: a loader, or an array of { xs, ys }; one batch a step, epoch after epoch. */
  train: Batches;
  /** As for fit: a name, a name with options, or a function of (ys, outputs); "crossEntropy" by default. */
  loss?: LossChoice;
  /** The one to find a rate for; `ml.optimizers.adam()` by default. Its own rate does not matter. */
  optimizer?: Optimizer;
  /** As for fit, since they change which rates are safe. */
  clipNorm?: number;
  /** As for fit. */
  clipValue?: number;
  /** The first learning rate, above 0; 1e-7 by default. */
  minimum?: number;
  /** The last, above `minimum`; 10 by default. */
  maximum?: number;
  /** How many rates, at least 5; 100 by default. */
  steps?: number;
  /** How much of the averaged loss is kept from step to step, in [0, 1); 0.98 by default. */
  smoothing?: number;
  /** The sweep ends where the averaged loss is this many times the least so far, above 1; 4 by default. */
  divergence?: number;
  /** Makes dropout and other draws repeatable. */
  seed?: number;
  /** As for fit. */
  mode?: "auto" | "eager" | "compiled";
}

const known: readonly (keyof FindLearningRateOptions)[] = [
  ...(["train", "loss", "optimizer", "clipNorm", "clipValue", "minimum", "maximum", "steps"] as const),
  ...(["smoothing", "divergence", "seed", "mode"] as const),
];

/**
 * The learning-rate range test (Smith, "Cyclical Learning Rates for Training Neural Networks", 2017, section 3.3) in
 * fastai's form: the rate rises exponentially from step to step, and the rate where the loss falls most steeply is suggested.
 * The average of the losses (exponential, corrected for the start) is shown and ends the sweep. Afterwards the model has the weights that it had before.
 * @param model from [batch, …] to logits or values; best not trained yet
 * @returns rates, losses, `suggestion` (undefined where the loss never falls), and the rate of the least loss
 * @throws when an option is wrong; on Stop. The weights are restored then, too
 */
export async function findLearningRate(
  model: tf.LayersModel,
  options: FindLearningRateOptions,
): Promise<LearningRateRange> {
  const sweep = checkSweep(model, options);
  const source = batchSource("train", options.train);
  const { loss = "crossEntropy" } = options;
  checkLoss(model, loss);
  const lossOf = namedLoss(loss);
  const step = compile(
    (xs, ys) => {
      const { outputs, scores } = forward(model, xs as tf.Tensor, true);
      const own = lossOf(ys as tf.Tensor, takesScores(loss) ? scores : outputs);
      const extra = regularization(model);
      return extra ? own.add(extra) : own;
    },
    {
      optimizer: clipped(options.optimizer ?? adam(), options),
      variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
      mode: options.mode ?? "auto",
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    },
  );
  const saved = model.weights.map((weight) => {
    const tensor = weight.read();
    return tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype);
  });
  const check = (batch: Batch) => {
    checkBatch("train", batch, model, isOfClasses(loss));
  };
  try {
    return await run(step, source, sweep, check);
  } finally {
    await step.dispose();
    model.weights.forEach((weight, i) => {
      const values = saved[i];
      if (values !== undefined) weight.write(values);
    });
    tf.dispose(saved);
  }
}

interface Sweep {
  readonly minimum: number;
  readonly maximum: number;
  readonly steps: number;
  readonly smoothing: number;
  readonly divergence: number;
}

async function run(
  step: CompiledStep,
  source: BatchSource,
  sweep: Sweep,
  check: (batch: Batch) => void,
): Promise<LearningRateRange> {
  const { minimum, maximum, steps, smoothing, divergence } = sweep;
  const signal = cellSignal();
  // The first few losses are single batches, one of which may happen to be ten times another.
  const settled = Math.min(10, Math.floor(steps / 5));
  const learningRates: number[] = [];
  const losses: number[] = [];
  const smoothedLosses: number[] = [];
  const turn = turns();
  let [average, least] = [0, Number.POSITIVE_INFINITY];
  let stopped: string | undefined;
  for await (const { xs, ys } of endless(source)) {
    try {
      signal?.throwIfAborted();
      check({ xs, ys });
      const count = losses.length;
      const learningRate = minimum * (maximum / minimum) ** (count / (steps - 1));
      step.scalars.learningRate = learningRate;
      const { loss } = await step(xs, ys);
      average = smoothing * average + (1 - smoothing) * loss;
      const smoothed = average / (1 - smoothing ** (count + 1));
      if (!Number.isFinite(loss) || (count > settled && smoothed > divergence * least)) {
        stopped = `it diverged at ${learningRate.toPrecision(2)} (loss ${loss.toPrecision(3)})`;
        break;
      }
      learningRates.push(learningRate);
      losses.push(loss);
      smoothedLosses.push(smoothed);
      if (count >= settled) least = Math.min(least, smoothed);
      if (losses.length === steps) break;
    } finally {
      tf.dispose([xs, ys]);
    }
    await turn();
  }
  if (losses.length < 5) throw invalid("minimum", "a rate at which the loss is finite for at least 5 steps", minimum);
  return new LearningRateRange({
    learningRates,
    losses,
    smoothedLosses,
    ...(stopped === undefined ? {} : { stopped }),
  });
}

/** Batch after batch, epoch after epoch. */
async function* endless(source: BatchSource): AsyncGenerator<Batch> {
  for (let epoch = 0; ; epoch++) {
    let empty = true;
    for await (const batch of source.epoch(epoch)) {
      empty = false;
      yield batch;
    }
    if (empty) throw invalid("train", "at least one batch an epoch", "none");
  }
}

function checkSweep(model: unknown, options: unknown): Sweep {
  checkModel(model);
  checkOptions("options", options, known);
  const { minimum = 1e-7, maximum = 10, steps = 100, ...rest } = options as Partial<Sweep>;
  const { smoothing = 0.98, divergence = 4 } = rest;
  checkNumber("minimum", minimum, { above: 0 });
  checkNumber("maximum", maximum, { above: minimum });
  checkWhole("steps", steps, 5);
  checkNumber("smoothing", smoothing, { least: 0, below: 1 });
  checkNumber("divergence", divergence, { above: 1 });
  return { minimum, maximum, steps, smoothing, divergence };
}
