// The geometry of a sliding window (convolution or pool) in ONNX's terms, and the axis orders of channels-first operators. Used by convolution.ts and pooling.ts.
import { type Padding, type Rounding, windowAxis } from "../../window-axis.js";
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

/** Works out every axis over an input of `shape` (channels last). */
function windowOf(
  call: KernelCall,
  shape: readonly number[],
  kernel: readonly number[],
  dilations: readonly number[],
  channels: Window["channels"],
): Window {
  const strides = spread(numbersOf(call, "strides"), kernel.length);
  const input = shape.slice(1, -1);
  const pad = attribute<Padding>(call, "pad");
  const rounding = attribute<Rounding>(call, "dimRoundingMode");
  const axes = input.map((length, i) => {
    const extent = (dilations[i] ?? 1) * ((kernel[i] ?? 1) - 1) + 1;
    return windowAxis(length, extent, strides[i] ?? 1, pad, i + 1, rounding);
  });
  return {
    kernel,
    strides,
    dilations,
    before: axes.map(({ before }) => before),
    after: axes.map(({ after }) => after),
    input,
    output: axes.map(({ output }) => output),
    channels,
  };
}

/** The window of a convolution over an input of `inputShape` (channels last) with a filter of `filterShape`. */
export function convolutionWindow(
  call: KernelCall,
  inputShape: readonly number[],
  filterShape: readonly number[],
  depthwise = false,
): Window {
  checkFormat(call);
  const n = inputShape.length - 2;
  const given = call.attributes.dilations ?? undefined;
  const dilations = spread(given === undefined ? [1] : numbersOf(call, "dilations"), n);
  const [input = 1, output = 1] = [inputShape.at(-1), filterShape.at(-1)];
  const channels = { input, output: depthwise ? input * output : output };
  return windowOf(call, inputShape, filterShape.slice(0, n), dilations, channels);
}

/** The window of a pool over an input of `inputShape` (channels last). */
export function poolWindow(call: KernelCall, inputShape: readonly number[]): Window {
  checkFormat(call);
  const n = inputShape.length - 2;
  const channels = inputShape.at(-1) ?? 1;
  const ones = new Array<number>(n).fill(1);
  return windowOf(call, inputShape, spread(numbersOf(call, "filterSize"), n), ones, {
    input: channels,
    output: channels,
  });
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
