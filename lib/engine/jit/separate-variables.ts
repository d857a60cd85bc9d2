// Variables that share one tensor's data look like one to a recording, which knows tensors by their data. Called by tfjs-step.ts and
// inference-graph.ts before they record.
import * as tf from "@tensorflow/tfjs";

/** Gives each variable data of its own, as `a.assign(b)` or one tensor set into two models leaves them without. */
export function separateVariables(variables: readonly tf.Variable[]): void {
  const seen = new Set<object>();
  for (const variable of variables) {
    if (seen.has(variable.dataId)) {
      const copy = tf.tensor(variable.dataSync().slice(), variable.shape, variable.dtype);
      variable.assign(copy);
      copy.dispose();
    }
    seen.add(variable.dataId);
  }
}
