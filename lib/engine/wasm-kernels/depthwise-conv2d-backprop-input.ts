// DepthwiseConv2dNativeBackpropInput, which tfjs's wasm backend lacks: XNNPACK's depthwise convolution over the
// gradient, then a sum over the outputs of each channel where it has more than one.
import * as tf from "@tensorflow/tfjs";
import { type ConvolutionAttributes, convolutionGeometry } from "./convolution-geometry.js";
import { type KernelCall, kernelFunc, release, runKernel, shape4d, type WasmKernel } from "./kernel.js";
import { transposedConvolution } from "./transposed-convolution.js";

interface Attributes extends ConvolutionAttributes {
  readonly inputShape: readonly number[];
}

export const depthwiseConv2dBackpropInput: WasmKernel = {
  name: tf.DepthwiseConv2dNativeBackpropInput,
  create: () => kernelFunc(compute),
};

function compute({ inputs, attrs, backend }: KernelCall<"dy" | "filter", Attributes>): tf.TensorInfo {
  const { dy, filter } = inputs;
  const [batch, inHeight, inWidth, channels] = shape4d(attrs.inputShape);
  const [filterHeight, filterWidth, , multiplier] = shape4d(filter.shape);
  const geometry = convolutionGeometry(attrs.inputShape, filter.shape, dy.shape, attrs);
  const outputs = channels * multiplier;
  const flat = { dataId: filter.dataId, shape: [filterHeight, filterWidth, outputs, 1], dtype: filter.dtype };
  const each = transposedConvolution(backend, "DepthwiseConv2dNative", dy, flat, geometry, outputs);
  if (multiplier === 1) return each;
  const x = { ...each, shape: [batch * inHeight * inWidth * channels, multiplier] };
  const sum = runKernel(backend, "Sum", { x }, { axis: [1], keepDims: false });
  release(backend, each);
  return { ...sum, shape: [...attrs.inputShape] };
}
