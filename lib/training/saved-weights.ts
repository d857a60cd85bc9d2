// Whether the weights of a checkpoint are those of this model. Called by Trainer before it resumes.
import type * as tf from "@tensorflow/tfjs";
import type { Checkpoint } from "./checkpoint-file.js";

/** @throws unless there are as many, of the same shapes */
export function checkSavedWeights(saved: Checkpoint, model: tf.LayersModel, directory: string | undefined): void {
  const { weights } = model;
  if (saved.weights.length !== weights.length)
    throw new Error(`invalid resume; expected ${weights.length} weights in ${directory}: ${saved.weights.length}`);
  saved.weights.forEach(({ name, shape }, i) => {
    const own = weights[i];
    if (own && own.shape.join() !== shape.join())
      throw new Error(`invalid resume; expected shape [${own.shape.join(", ")}] for ${name}: [${shape.join(", ")}]`);
  });
}
