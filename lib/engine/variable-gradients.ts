// tf.variableGrads without its leak. Called by the compiled step and by gradientCheck.
import * as tf from "@tensorflow/tfjs";

/**
 * The value and the gradients of `f`, as `tf.variableGrads`. TensorFlow.js keeps tensors for the backward pass and frees them
 * after it only: where `f` throws, they are freed here.
 */
export function variableGrads(
  f: () => tf.Scalar,
  variables: tf.Variable[] | undefined,
): { value: tf.Scalar; grads: tf.NamedTensorMap } {
  try {
    return tf.variableGrads(f, variables);
  } catch (error) {
    const { state } = tf.engine();
    // Within another gradient the tape is still in use, and its owner comes here next.
    if (state.gradientDepth === 0 && state.activeTape) {
      for (const { saved = [] } of state.activeTape) tf.dispose(saved);
      state.activeTape = [];
    }
    throw error;
  }
}
