// Gradients that TensorFlow.js 4.22 has not registered, for every backend: comparisons and logic, whose gradient is zero
// (ThresholdedReLU and Masking stop training without them), the transposed three-dimensional convolution, and einsum.
import * as tf from "@tensorflow/tfjs";
import { einsumGradient } from "./einsum.js";

const COMPARISONS = [tf.Greater, tf.Less, tf.LessEqual, tf.Equal, tf.NotEqual, tf.LogicalAnd, tf.LogicalOr] as const;
const PREDICATES: readonly (readonly [name: string, input: string])[] = [
  [tf.Any, "x"],
  [tf.All, "x"],
  [tf.LogicalNot, "x"],
];

/** Registers the gradients that are not there; twice is as good as once. */
export function registerMissingGradients(): void {
  for (const name of COMPARISONS) {
    register(name, ["a", "b"], (_, [a, b]) => ({ a: () => zero(a), b: () => zero(b) }));
  }
  for (const [name, input] of PREDICATES) {
    register(name, [input], (_, [x]) => ({ [input]: () => zero(x) }));
  }
  // y = conv3dTranspose(dy): linear in both, so its gradients are a convolution and that convolution's filter gradient.
  register(tf.Conv3DBackpropInputV2, ["dy", "filter"], (ddx, [dy, filter], { strides, pad }) => {
    const run = (name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap) =>
      tf.engine().runKernel(name, inputs, attrs) as tf.Tensor;
    const x = ddx as tf.Tensor;
    const shared = { strides: strides as number, pad: pad as string };
    return {
      dy: () => run(tf.Conv3D, { x, filter: given(filter) }, { ...shared, dilations: [1, 1, 1], dataFormat: "NDHWC" }),
      filter: () =>
        run(tf.Conv3DBackpropFilterV2, { x, dy: given(dy) }, { ...shared, filterShape: given(filter).shape }),
    };
  });
  if (tf.getGradient(tf.Einsum) === undefined)
    tf.registerGradient({
      kernelName: tf.Einsum,
      saveAllInputs: true,
      gradFunc: (dy, tensors, { equation }) =>
        Object.fromEntries(
          tensors.map((_, i) => [i, () => einsumGradient(String(equation), tensors, i, dy as tf.Tensor)]),
        ),
    });
}

function register(kernelName: string, inputsToSave: readonly string[], gradFunc: tf.GradFunc): void {
  if (tf.getGradient(kernelName) !== undefined) return;
  tf.registerGradient({ kernelName, inputsToSave: [...inputsToSave], gradFunc });
}

// Of the inputs' shape but always float32, as gradients of booleans and integers must be.
function zero(tensor: tf.Tensor | undefined): tf.Tensor {
  return tf.zeros(given(tensor).shape);
}

function given(tensor: tf.Tensor | undefined): tf.Tensor {
  if (tensor === undefined) throw new Error("tfjs saved no input for this gradient");
  return tensor;
}
