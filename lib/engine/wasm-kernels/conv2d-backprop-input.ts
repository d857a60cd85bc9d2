// Conv2DBackpropInput: the gradient of a convolution with respect to its input, and tfjs's conv2dTranspose. tfjs's own
// kernel is a scalar loop; this one runs XNNPACK's convolution over the gradient.
import * as tf from "@tensorflow/tfjs";
import { type ConvolutionAttributes, convolutionGeometry } from "./convolution-geometry.js";
import { type KernelCall, kernelFunc, release, runKernel, shape4d, type WasmKernel } from "./kernel.js";
import { transposedConvolution } from "./transposed-convolution.js";

interface Attributes extends ConvolutionAttributes {
  readonly inputShape: readonly number[];
}

export const conv2dBackpropInput: WasmKernel = { name: tf.Conv2DBackpropInput, create: () => kernelFunc(compute) };

function compute({ inputs, attrs, backend }: KernelCall<"dy" | "filter", Attributes>): tf.TensorInfo {
  const { dy, filter } = inputs;
  const geometry = convolutionGeometry(attrs.inputShape, filter.shape, dy.shape, attrs);
  const swapped = runKernel(backend, "Transpose", { x: filter }, { perm: [0, 1, 3, 2] });
  const dx = transposedConvolution(backend, "Conv2D", dy, swapped, geometry, shape4d(attrs.inputShape)[3]);
  release(backend, swapped);
  return dx;
}
