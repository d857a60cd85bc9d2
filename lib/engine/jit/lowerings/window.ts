// The geometry of a sliding window (convolution or pool) in ONNX's terms, from tfjs's own computation of it; and the axis orders of
// channels-first operators. Used by convolution.ts and pooling.ts.
import * as tf from "@tensorflow/tfjs";
import { identity, NotLowerable } from "../emitter.js";
import type { KernelCall } from "../recording.js";
import { numbersOf } from "./call.js";

/** One number for each spatial axis everywhere. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly channels: { readonly input: number; readonly output: number };
}

type Pad = "valid" | "same" | number | tf.backend_util.ExplicitPadding;

function attribute<T>(call: KernelCall, name: string): T {
  // The kernels' own attribute types (tf.Conv2DAttrs and its kin) say what is there; the recording keeps them untyped.
  return call.attributes[name] as T;
}

function spread(values: readonly number[], n: number): number[] {
  const [first = 1] = values;
  return values.length === n ? [...values] : new Array<number>(n).fill(first);
}

function checkFormat(call: KernelCall): void {
  const format = call.attributes.dataFormat;
  if (format !== undefined && format !== "NHWC" && format !== "NDHWC")
    throw new NotLowerable(`${call.kernel} with data format ${String(format)}`);
}

/** What `after` must be so that the last window ends inside: more than tfjs says where it rounds up. */
function complete(window: Window): Window {
  const after = window.after.map((given, i) => {
    const extent = (window.dilations[i] ?? 1) * ((window.kernel[i] ?? 1) - 1) + 1;
    const needed =
      ((window.output[i] ?? 1) - 1) * (window.strides[i] ?? 1) +
      extent -
      (window.input[i] ?? 1) -
      (window.before[i] ?? 0);
    return Math.max(given, needed);
  });
  return { ...window, after };
}

function from2D(info: tf.backend_util.Conv2DInfo): Window {
  const { padInfo } = info;
  return complete({
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    before: [padInfo.top, padInfo.left],
    after: [padInfo.bottom, padInfo.right],
    input: [info.inHeight, info.inWidth],
    output: [info.outHeight, info.outWidth],
    channels: { input: info.inChannels, output: info.outChannels },
  });
}

function from3D(info: tf.backend_util.Conv3DInfo): Window {
  const { padInfo } = info;
  return complete({
    kernel: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    before: [padInfo.front, padInfo.top, padInfo.left],
    after: [padInfo.back, padInfo.bottom, padInfo.right],
    input: [info.inDepth, info.inHeight, info.inWidth],
    output: [info.outDepth, info.outHeight, info.outWidth],
    channels: { input: info.inChannels, output: info.outChannels },
  });
}

type Four = [number, number, number, number];
type Five = [number, number, number, number, number];

/** The window of a convolution over an input of `inputShape` (channels last) with a filter of `filterShape`. */
export function convolutionWindow(
  call: KernelCall,
  inputShape: readonly number[],
  filterShape: readonly number[],
  depthwise = false,
): Window {
  checkFormat(call);
  const n = inputShape.length - 2;
  const strides = spread(numbersOf(call, "strides"), n);
  const dilations = spread(
    (call.attributes.dilations ?? undefined) === undefined ? [1] : numbersOf(call, "dilations"),
    n,
  );
  const pad = attribute<Pad>(call, "pad");
  if (n === 3) {
    if (typeof pad !== "string") throw new NotLowerable(`${call.kernel} with explicit padding`);
    return from3D(
      tf.backend_util.computeConv3DInfo(
        [...inputShape] as Five,
        [...filterShape] as Five,
        strides as [number, number, number],
        dilations as [number, number, number],
        pad,
      ),
    );
  }
  return from2D(
    tf.backend_util.computeConv2DInfo(
      [...inputShape] as Four,
      [...filterShape] as Four,
      strides as [number, number],
      dilations as [number, number],
      pad,
      attribute<"floor" | "round" | "ceil" | undefined>(call, "dimRoundingMode"),
      depthwise,
    ),
  );
}

/** The window of a pool over an input of `inputShape` (channels last). */
export function poolWindow(call: KernelCall, inputShape: readonly number[]): Window {
  checkFormat(call);
  const n = inputShape.length - 2;
  const size = spread(numbersOf(call, "filterSize"), n);
  const strides = spread(numbersOf(call, "strides"), n);
  const pad = attribute<Pad>(call, "pad");
  const rounding = attribute<"floor" | "round" | "ceil" | undefined>(call, "dimRoundingMode");
  if (n === 3) {
    if (typeof pad !== "string" && typeof pad !== "number")
      throw new NotLowerable(`${call.kernel} with explicit padding`);
    const three = [1, 1, 1] as [number, number, number];
    return from3D(
      tf.backend_util.computePool3DInfo(
        [...inputShape] as Five,
        size as [number, number, number],
        strides as [number, number, number],
        three,
        pad,
        rounding,
      ),
    );
  }
  return from2D(
    tf.backend_util.computePool2DInfo(
      [...inputShape] as Four,
      size as [number, number],
      strides as [number, number],
      1,
      pad,
      rounding,
    ),
  );
}

/** Axis order of a channels-last tensor stored channels first: batch, channels, space. */
export function channelsFirst(rank: number): number[] {
  return [0, rank - 1, ...identity(rank - 2).map((axis) => axis + 1)];
}

/** Axis order of a tfjs filter (space, in, out) stored as ONNX wants it: out, in, space. */
export function filterFirst(rank: number): number[] {
  return [rank - 1, rank - 2, ...identity(rank - 2)];
}

export function windowAttributes(window: Window): {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
} {
  return {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: [...window.before, ...window.after],
  };
}
