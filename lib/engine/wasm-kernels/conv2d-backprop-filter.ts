// Conv2DBackpropFilter: the gradient of a convolution with respect to its filter, which tfjs's wasm backend lacks. Batch
// and channels change places, and XNNPACK convolves the images by the output's gradient.
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type ConvolutionAttributes, type ConvolutionAxis, convolutionGeometry } from "./convolution-geometry.js";
import { filterCorrelation } from "./filter-correlation.js";
import { type KernelCall, kernelFunc, release, runKernel, shape4d, type WasmKernel } from "./kernel.js";

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}

export const conv2dBackpropFilter: WasmKernel = { name: tf.Conv2DBackpropFilter, create: () => kernelFunc(compute) };

function compute({ inputs, attrs, backend }: KernelCall<"x" | "dy", Attributes>): tf.TensorInfo {
  const { x, dy } = inputs;
  const geometry = convolutionGeometry(x.shape, attrs.filterShape, dy.shape, attrs);
  if (isPointwise(geometry.height) && isPointwise(geometry.width)) return pointwise(backend, x, dy);
  const images = runKernel(backend, "Transpose", { x }, { perm: [3, 1, 2, 0] });
  const windows = runKernel(backend, "Transpose", { x: dy }, { perm: [1, 2, 0, 3] });
  const gradients = filterCorrelation(backend, "Conv2D", images, windows, geometry);
  const result = runKernel(backend, "Transpose", { x: gradients }, { perm: [1, 2, 0, 3] });
  release(backend, images, windows, gradients);
  return result;
}

function isPointwise(axis: ConvolutionAxis): boolean {
  return axis.taps === 1 && axis.stride === 1 && axis.padding === 0 && axis.input === axis.output;
}

// A 1×1 convolution is a matrix product over all pixels, and so is its gradient.
function pointwise(backend: BackendWasm, x: tf.TensorInfo, dy: tf.TensorInfo): tf.TensorInfo {
  const channels = shape4d(x.shape)[3];
  const [batch, height, width, filters] = shape4d(dy.shape);
  const pixels = batch * height * width;
  const a = { dataId: x.dataId, shape: [1, pixels, channels], dtype: x.dtype };
  const b = { dataId: dy.dataId, shape: [1, pixels, filters], dtype: dy.dtype };
  const product = runKernel(backend, "BatchMatMul", { a, b }, { transposeA: true, transposeB: false });
  return { ...product, shape: [1, 1, channels, filters] };
}
