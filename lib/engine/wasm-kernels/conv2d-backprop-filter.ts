// Conv2DBackpropFilter: the gradient of a convolution with respect to its filter, which tfjs's wasm backend lacks. It is
// itself a convolution (stride and dilation change places) over tensors whose batch and channels change places.
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type ConvolutionAttributes, type ConvolutionAxis, convolutionGeometry } from "./convolution-geometry.js";
import { type KernelCall, kernelFunc, release, runKernel, shape4d, type WasmKernel } from "./kernel.js";

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}

export const conv2dBackpropFilter: WasmKernel = { name: tf.Conv2DBackpropFilter, create: () => kernelFunc(compute) };

function compute({ inputs, attrs, backend }: KernelCall<"x" | "dy", Attributes>): tf.TensorInfo {
  const { x, dy } = inputs;
  const [filterHeight, filterWidth, channels, filters] = shape4d(attrs.filterShape);
  const { height, width } = convolutionGeometry(x.shape, attrs.filterShape, dy.shape, attrs);
  if (isPointwise(height) && isPointwise(width)) return pointwise(backend, x, dy);
  const images = runKernel(backend, "Transpose", { x }, { perm: [3, 1, 2, 0] });
  const windows = runKernel(backend, "Transpose", { x: dy }, { perm: [1, 2, 0, 3] });
  const products = runKernel(
    backend,
    "Conv2D",
    { x: images, filter: windows },
    {
      strides: [height.dilation, width.dilation],
      dilations: [height.stride, width.stride],
      pad: [
        [0, 0],
        [height.padding, paddingAfter(height)],
        [width.padding, paddingAfter(width)],
        [0, 0],
      ],
      dataFormat: "NHWC",
      dimRoundingMode: "floor",
    },
  );
  release(backend, images, windows);
  // Input pixels that no output reads leave rows and columns too many.
  const [, rows, columns] = shape4d(products.shape);
  let gradients = products;
  if (rows !== filterHeight || columns !== filterWidth) {
    const size = [channels, filterHeight, filterWidth, filters];
    gradients = runKernel(backend, "Slice", { x: products }, { begin: [0, 0, 0, 0], size });
    release(backend, products);
  }
  const result = runKernel(backend, "Transpose", { x: gradients }, { perm: [1, 2, 0, 3] });
  release(backend, gradients);
  return result;
}

function paddingAfter(axis: ConvolutionAxis): number {
  const read = (axis.output - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1;
  return Math.max(0, read - axis.input - axis.padding);
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
