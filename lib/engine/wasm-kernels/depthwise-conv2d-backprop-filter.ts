// DepthwiseConv2dNativeBackpropFilter, which tfjs's wasm backend lacks: one depthwise convolution with a channel for
// each channel of each image, then a sum over the images.
import * as tf from "@tensorflow/tfjs";
import { type ConvolutionAttributes, convolutionGeometry } from "./convolution-geometry.js";
import { filterCorrelation } from "./filter-correlation.js";
import { type KernelCall, kernelFunc, release, runKernel, shape4d, type WasmKernel } from "./kernel.js";

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}

export const depthwiseConv2dBackpropFilter: WasmKernel = {
  name: tf.DepthwiseConv2dNativeBackpropFilter,
  create: () => kernelFunc(compute),
};

function compute({ inputs, attrs, backend }: KernelCall<"x" | "dy", Attributes>): tf.TensorInfo {
  const { x, dy } = inputs;
  const [batch, inHeight, inWidth, channels] = shape4d(x.shape);
  const [filterHeight, filterWidth, , multiplier] = shape4d(attrs.filterShape);
  const [, outHeight, outWidth, outputs] = shape4d(dy.shape);
  const geometry = convolutionGeometry(x.shape, attrs.filterShape, dy.shape, attrs);
  const pixels = runKernel(backend, "Transpose", { x }, { perm: [1, 2, 0, 3] });
  const windows = runKernel(backend, "Transpose", { x: dy }, { perm: [1, 2, 0, 3] });
  const folded = batch * channels;
  const each = filterCorrelation(
    backend,
    "DepthwiseConv2dNative",
    { ...pixels, shape: [1, inHeight, inWidth, folded] },
    { ...windows, shape: [outHeight, outWidth, folded, multiplier] },
    geometry,
  );
  const images = { ...each, shape: [filterHeight * filterWidth, batch, outputs] };
  const sum = runKernel(backend, "Sum", { x: images }, { axis: [1], keepDims: false });
  release(backend, pixels, windows, each);
  return { ...sum, shape: [...attrs.filterShape] };
}
