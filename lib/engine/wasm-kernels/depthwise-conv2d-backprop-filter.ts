// DepthwiseConv2dNativeBackpropFilter, which tfjs's wasm backend lacks: each tap's gradient is one product a pixel, too
// thin for a matrix product, so it is summed over the heap in double precision.
import * as tf from "@tensorflow/tfjs";
import { type ConvolutionAttributes, convolutionGeometry } from "./convolution-geometry.js";
import { floats, type KernelCall, kernelFunc, shape4d, type WasmKernel } from "./kernel.js";

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}

export const depthwiseConv2dBackpropFilter: WasmKernel = {
  name: tf.DepthwiseConv2dNativeBackpropFilter,
  create: () => kernelFunc(compute),
};

function compute({ inputs, attrs, backend }: KernelCall<"x" | "dy", Attributes>): tf.TensorInfo {
  const { x, dy } = inputs;
  const [batch, , , channels] = shape4d(x.shape);
  const [filterHeight, filterWidth, , multiplier] = shape4d(attrs.filterShape);
  const { height, width } = convolutionGeometry(x.shape, attrs.filterShape, dy.shape, attrs);
  const result = backend.makeOutput([...attrs.filterShape], "float32");
  const xs = floats(backend, x);
  const dys = floats(backend, dy);
  const outputs = channels * multiplier;
  const sums = new Float64Array(filterHeight * filterWidth * outputs);
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < height.output; oh++) {
      for (let kh = 0; kh < filterHeight; kh++) {
        const ih = oh * height.stride + kh * height.dilation - height.padding;
        if (ih < 0 || ih >= height.input) continue;
        for (let ow = 0; ow < width.output; ow++) {
          const from = ((n * height.output + oh) * width.output + ow) * outputs;
          for (let kw = 0; kw < filterWidth; kw++) {
            const iw = ow * width.stride + kw * width.dilation - width.padding;
            if (iw < 0 || iw >= width.input) continue;
            const pixel = ((n * height.input + ih) * width.input + iw) * channels;
            const tap = (kh * filterWidth + kw) * outputs;
            if (multiplier === 1) accumulate(sums, tap, xs, pixel, dys, from, channels);
            else accumulateEach(sums, tap, xs, pixel, dys, from, channels, multiplier);
          }
        }
      }
    }
  }
  floats(backend, result).set(sums);
  return result;
}

function accumulate(
  sums: Float64Array,
  tap: number,
  xs: Float32Array,
  pixel: number,
  dys: Float32Array,
  from: number,
  channels: number,
): void {
  for (let c = 0; c < channels; c++) {
    sums[tap + c] = (sums[tap + c] as number) + (xs[pixel + c] as number) * (dys[from + c] as number);
  }
}

function accumulateEach(
  sums: Float64Array,
  tap: number,
  xs: Float32Array,
  pixel: number,
  dys: Float32Array,
  from: number,
  channels: number,
  multiplier: number,
): void {
  for (let c = 0, i = 0; c < channels; c++) {
    const value = xs[pixel + c] as number;
    for (let m = 0; m < multiplier; m++, i++) {
      sums[tap + i] = (sums[tap + i] as number) + value * (dys[from + i] as number);
    }
  }
}
