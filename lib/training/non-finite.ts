// Which layer broke: finds the first whose weights or outputs are not finite, so that a NaN loss comes with a name.
import * as tf from "@tensorflow/tfjs";

/** A sentence that names the layer, for the end of an error message. */
export function describeNonFinite(model: tf.LayersModel, xs: tf.Tensor): string {
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
