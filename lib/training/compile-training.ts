// One training step of a model: its loss, and the optimizer's update with gradients clipped. Called by Trainer, and the clips by
// findLearningRate.
import type * as tf from "@tensorflow/tfjs";
import { type CompiledStep, compile } from "../engine/jit/compile.js";
import type { Optimizer } from "../engine/optimizer.js";
import { type LossChoice, namedLoss, takesScores } from "../losses/named-loss.js";
import { clipByNorm, clipByValue } from "../optimizers/index.js";
import type { FitOptions } from "./fit.js";
import { forward, regularization } from "./forward.js";

/** The optimizer behind the clips that are asked for: by norm first. */
export function clipped(
  optimizer: Optimizer,
  { clipNorm, clipValue }: Pick<FitOptions, "clipNorm" | "clipValue">,
): Optimizer {
  const byNorm = clipNorm === undefined ? optimizer : clipByNorm(optimizer, clipNorm);
  return clipValue === undefined ? byNorm : clipByValue(byNorm, clipValue);
}

/** The step gives the loss and the outputs; also the scores, where the outputs are probabilities of them. */
export function compileTraining(
  model: tf.LayersModel,
  loss: LossChoice,
  optimizer: Optimizer,
  seed: number | undefined,
  { mode = "auto", accumulateGradBatches, threads }: Pick<FitOptions, "mode" | "accumulateGradBatches" | "threads">,
): CompiledStep {
  const lossOf = namedLoss(loss);
  return compile(
    (xs, ys) => {
      const { outputs, scores } = forward(model, xs as tf.Tensor, true);
      const own = lossOf(ys as tf.Tensor, takesScores(loss) ? scores : outputs);
      const extra = regularization(model);
      return { loss: extra ? own.add(extra) : own, outputs, ...(scores === outputs ? {} : { scores }) };
    },
    {
      optimizer,
      variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
      mode,
      ...(seed === undefined ? {} : { seed }),
      ...(accumulateGradBatches === undefined ? {} : { accumulateGradBatches }),
      ...(threads === undefined ? {} : { threads }),
    },
  );
}
