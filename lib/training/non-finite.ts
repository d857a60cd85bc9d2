// Which layer broke: finds the first whose weights or outputs are not finite, so that a NaN loss comes with a name.
// Called by Trainer.
import * as tf from "@tensorflow/tfjs";
import { type StepBatch, tensorOf } from "./batches.js";

/** The error that ends training. @param found the loss, and where it was met */
export function nonFiniteLoss(model: tf.LayersModel, batch: StepBatch, found: string, learningRate: number): Error {
  const help = `Lower the learning rate (now ${learningRate}) or clip the gradients (clipNorm: 1)`;
  const xs = tensorOf(batch.xs);
  try {
    return new Error(`the loss became ${found}: ${describeNonFinite(model, xs)}. ${help}`);
  } finally {
    xs.dispose();
  }
}

/** A sentence that names the layer. */
function describeNonFinite(model: tf.LayersModel, xs: tf.Tensor): string {
  if (!allFinite(xs)) return "the batch's inputs are not finite";
  for (const layer of model.layers) {
    const bad = layer.getWeights().findIndex((weight) => !allFinite(weight));
    if (bad >= 0) return `weights of layer "${layer.name}" are not finite`;
  }
  for (const layer of model.layers) {
    const { output } = layer;
    if (Array.isArray(output)) continue;
    const part = tf.model({ inputs: model.inputs, outputs: output });
    const finite = tf.tidy(() => allFinite(part.apply(xs, { training: false }) as tf.Tensor));
    if (!finite) return `outputs of layer "${layer.name}" are not finite`;
  }
  return "the model's outputs are finite, so the loss itself is not";
}

function allFinite(tensor: tf.Tensor): boolean {
  return tf.tidy(() => tensor.cast("float32").isFinite().all().dataSync()[0] === 1);
}
