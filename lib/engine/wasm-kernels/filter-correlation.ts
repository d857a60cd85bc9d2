// The gradient of a convolution with respect to its filter is itself a convolution of the images by the output's
// gradient, in which stride and dilation change places. Used for full and depthwise convolutions.
import type { TensorInfo } from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { ConvolutionAxis, ConvolutionGeometry } from "./convolution-geometry.js";
import { release, runKernel, shape4d } from "./kernel.js";

/**
 * @param images [n, inHeight, inWidth, …]: the input, with what is summed over among its channels
 * @param windows [outHeight, outWidth, …]: the output's gradient, as the filter that `kernel` takes
 * @returns [n, filterHeight, filterWidth, …]
 */
export function filterCorrelation(
  backend: BackendWasm,
  kernel: "Conv2D" | "DepthwiseConv2dNative",
  images: TensorInfo,
  windows: TensorInfo,
  { height, width }: ConvolutionGeometry,
): TensorInfo {
  const products = runKernel(
    backend,
    kernel,
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
  // Input pixels that no output reads leave rows and columns too many.
  const [n, rows, columns, channels] = shape4d(products.shape);
  if (rows === height.taps && columns === width.taps) return products;
  const size = [n, height.taps, width.taps, channels];
  const result = runKernel(backend, "Slice", { x: products }, { begin: [0, 0, 0, 0], size });
  release(backend, products);
  return result;
}

function paddingAfter(axis: ConvolutionAxis): number {
  const read = (axis.output - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1;
  return Math.max(0, read - axis.input - axis.padding);
}
