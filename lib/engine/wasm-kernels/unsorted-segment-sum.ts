// UnsortedSegmentSum, which tfjs's wasm backend lacks: the gradient of gather, and so of every embedding. As in
// TensorFlow, rows whose segment is negative are left out.
import * as tf from "@tensorflow/tfjs";
import { type KernelCall, kernelFunc, type WasmKernel } from "./kernel.js";

export const unsortedSegmentSum: WasmKernel = { name: tf.UnsortedSegmentSum, create: () => kernelFunc(compute) };

function compute({
  inputs,
  attrs,
  backend,
}: KernelCall<"x" | "segmentIds", { readonly numSegments: number }>): tf.TensorInfo {
  const { x, segmentIds } = inputs;
  const { numSegments } = attrs;
  const inner = x.shape.slice(segmentIds.shape.length);
  const size = tf.util.sizeFromShape(inner);
  const result = backend.makeOutput([numSegments, ...inner], x.dtype);
  const sums = backend.typedArrayFromHeap(result) as Float32Array;
  const values = backend.typedArrayFromHeap(x) as Float32Array;
  const segments = backend.typedArrayFromHeap(segmentIds) as Int32Array;
  sums.fill(0);
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i] as number;
    if (segment < 0 || segment >= numSegments) continue;
    const to = segment * size;
    const from = i * size;
    for (let j = 0; j < size; j++) sums[to + j] = (sums[to + j] as number) + (values[from + j] as number);
  }
  return result;
}
