// Conv3D and its two gradients, each as one two-dimensional convolution for every depth of the filter, on XNNPACK. The
// scalar kernels that tfjs 4.22 comes with are slow, and their gradients are wrong: the input's always, the filter's
// for strides above 1.
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { windowAxis } from "../window-axis.js";
import { floats, type KernelCall, kernelFunc, release, runKernel, type WasmKernel } from "./kernel.js";

interface Attributes {
  readonly strides: number | [number, number, number];
  readonly pad: "same" | "valid" | number;
  readonly dilations?: number | [number, number, number] | null;
}

type Info = ReturnType<typeof tf.backend_util.computeConv3DInfo>;
type Shape5 = [number, number, number, number, number];

export const conv3d: WasmKernel = { name: tf.Conv3D, create: () => kernelFunc(forward) };
export const conv3dBackpropInput: WasmKernel = {
  name: tf.Conv3DBackpropInputV2,
  create: () => kernelFunc(inputGradient),
};
export const conv3dBackpropFilter: WasmKernel = {
  name: tf.Conv3DBackpropFilterV2,
  create: () => kernelFunc(filterGradient),
};

function forward({ inputs, attrs, backend }: KernelCall<"x" | "filter", Attributes>): tf.TensorInfo {
  const { x, filter } = inputs;
  const info = describe(x.shape, filter.shape, attrs);
  const result = zeros(backend, info.outShape);
  for (const { depth, outputs, sources } of taps(info)) {
    const images = pick(backend, x, sources);
    const weights = pickFilter(backend, filter, depth);
    const part = runKernel(
      backend,
      "Conv2D",
      { x: images, filter: weights },
      { ...plane(info), dilations: [info.dilationHeight, info.dilationWidth] },
    );
    addPlanes(backend, part, result, outputs);
    release(backend, images, weights, part);
  }
  return result;
}

function inputGradient({
  inputs,
  attrs,
  backend,
}: KernelCall<"dy" | "filter", Attributes & { readonly inputShape: readonly number[] }>): tf.TensorInfo {
  const { dy, filter } = inputs;
  const info = describe(attrs.inputShape, filter.shape, attrs);
  const result = zeros(backend, attrs.inputShape);
  for (const { depth, outputs, sources } of taps(info)) {
    const gradients = pick(backend, dy, outputs);
    const weights = pickFilter(backend, filter, depth);
    const inputShape = [gradients.shape[0], info.inHeight, info.inWidth, info.inChannels];
    const part = runKernel(
      backend,
      "Conv2DBackpropInput",
      { dy: gradients, filter: weights },
      { ...plane(info), inputShape },
    );
    addPlanes(backend, part, result, sources);
    release(backend, gradients, weights, part);
  }
  return result;
}

function filterGradient({
  inputs,
  attrs,
  backend,
}: KernelCall<"x" | "dy", Attributes & { readonly filterShape: readonly number[] }>): tf.TensorInfo {
  const { x, dy } = inputs;
  const info = describe(x.shape, attrs.filterShape, attrs);
  const result = zeros(backend, attrs.filterShape);
  const filterShape = attrs.filterShape.slice(1);
  for (const { depth, outputs, sources } of taps(info)) {
    const images = pick(backend, x, sources);
    const gradients = pick(backend, dy, outputs);
    const part = runKernel(
      backend,
      "Conv2DBackpropFilter",
      { x: images, dy: gradients },
      { ...plane(info), filterShape },
    );
    floats(backend, result).set(floats(backend, part), depth * tf.util.sizeFromShape(filterShape));
    release(backend, images, gradients, part);
  }
  return result;
}

function describe(inputShape: readonly number[], filterShape: readonly number[], attrs: Attributes): Info {
  const { strides, pad, dilations } = attrs;
  const info = tf.backend_util.computeConv3DInfo(
    [...inputShape] as Shape5,
    [...filterShape] as Shape5,
    strides,
    dilations ?? 1,
    pad,
  );
  const depth = windowAxis(info.inDepth, info.effectiveFilterDepth, info.strideDepth, pad, 1);
  const height = windowAxis(info.inHeight, info.effectiveFilterHeight, info.strideHeight, pad, 2);
  const width = windowAxis(info.inWidth, info.effectiveFilterWidth, info.strideWidth, pad, 3);
  return {
    ...info,
    padInfo: {
      ...info.padInfo,
      front: depth.before,
      back: depth.after,
      top: height.before,
      bottom: height.after,
      left: width.before,
      right: width.after,
    },
  };
}

/** For each depth of the filter, the output planes that it takes part in and the input planes that it reads for them. */
function* taps(info: Info): Generator<{ depth: number; outputs: readonly number[]; sources: readonly number[] }> {
  for (let depth = 0; depth < info.filterDepth; depth++) {
    const outputs: number[] = [];
    const sources: number[] = [];
    for (let output = 0; output < info.outDepth; output++) {
      const source = output * info.strideDepth + depth * info.dilationDepth - info.padInfo.front;
      if (source < 0 || source >= info.inDepth) continue;
      outputs.push(output);
      sources.push(source);
    }
    if (outputs.length > 0) yield { depth, outputs, sources };
  }
}

/** The attributes of the convolution of one plane. */
function plane(info: Info): { strides: number[]; pad: number[][]; dataFormat: "NHWC"; dimRoundingMode: "floor" } {
  const { top, bottom, left, right } = info.padInfo;
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return { strides: [info.strideHeight, info.strideWidth], pad, dataFormat: "NHWC", dimRoundingMode: "floor" };
}

/** Planes of [batch, depth, height, width, channels], as [batch · planes, height, width, channels]. */
function pick(backend: BackendWasm, tensor: tf.TensorInfo, planes: readonly number[]): tf.TensorInfo {
  const [batch = 0, depth = 0, ...shape] = tensor.shape;
  const size = tf.util.sizeFromShape(shape);
  const result = backend.makeOutput([batch * planes.length, ...shape], "float32");
  const from = floats(backend, tensor);
  const to = floats(backend, result);
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (const index of planes) {
      const begin = (n * depth + index) * size;
      to.set(from.subarray(begin, begin + size), at);
      at += size;
    }
  }
  return result;
}

/** The taps at one depth of the filter, as a filter of its own. */
function pickFilter(backend: BackendWasm, filter: tf.TensorInfo, depth: number): tf.TensorInfo {
  const [, ...shape] = filter.shape;
  const size = tf.util.sizeFromShape(shape);
  const result = backend.makeOutput(shape, "float32");
  floats(backend, result).set(floats(backend, filter).subarray(depth * size, (depth + 1) * size));
  return result;
}

/** Adds planes of the form that {@link pick} gives to those of `target`. */
function addPlanes(backend: BackendWasm, part: tf.TensorInfo, target: tf.TensorInfo, planes: readonly number[]): void {
  const [batch = 0, depth = 0, ...shape] = target.shape;
  const size = tf.util.sizeFromShape(shape);
  const from = floats(backend, part);
  const to = floats(backend, target);
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (const index of planes) {
      const begin = (n * depth + index) * size;
      for (let i = 0; i < size; i++) to[begin + i] = (to[begin + i] as number) + (from[at++] as number);
    }
  }
}

function zeros(backend: BackendWasm, shape: readonly number[]): tf.TensorInfo {
  const result = backend.makeOutput([...shape], "float32");
  floats(backend, result).fill(0);
  return result;
}
