// The sizes and paddings of one two-dimensional convolution, from the attributes that tfjs gives its gradient kernels.
// Output sizes are taken from the gradient itself, which knows the forward pass's rounding mode; tfjs drops it.
import { type Padding, windowAxis } from "../window-axis.js";
import { pair, shape4d } from "./kernel.js";

/** Attributes that all convolution gradient kernels share. */
export interface ConvolutionAttributes {
  readonly strides: number | readonly number[];
  readonly pad: Padding;
  readonly dilations?: number | readonly number[] | null;
  readonly dataFormat?: "NHWC" | "NCHW";
}

/** One axis of a convolution: output `o` reads input `o · stride + tap · dilation − padding`. */
export interface ConvolutionAxis {
  readonly input: number;
  readonly output: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
}

/** The two spatial axes of a convolution on NHWC tensors. */
export interface ConvolutionGeometry {
  readonly height: ConvolutionAxis;
  readonly width: ConvolutionAxis;
}

/** Works out both axes. Throws for NCHW, which the wasm backend's convolutions do not compute. */
export function convolutionGeometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  outputShape: readonly number[],
  attrs: ConvolutionAttributes,
): ConvolutionGeometry {
  const { dataFormat = "NHWC" } = attrs;
  if (dataFormat !== "NHWC") throw new Error(`invalid dataFormat; expected NHWC on the wasm backend: ${dataFormat}`);
  const strides = pair(attrs.strides);
  const dilations = pair(attrs.dilations);
  const input = shape4d(inputShape);
  const filter = shape4d(filterShape);
  const output = shape4d(outputShape);
  const axis = (i: 0 | 1): ConvolutionAxis => {
    const [length, taps, stride, dilation] = [input[i === 0 ? 1 : 2], filter[i], strides[i], dilations[i]];
    const { before } = windowAxis(length, (taps - 1) * dilation + 1, stride, attrs.pad, i + 1);
    return { input: length, output: output[i === 0 ? 1 : 2], taps, stride, dilation, padding: before };
  };
  return { height: axis(0), width: axis(1) };
}
