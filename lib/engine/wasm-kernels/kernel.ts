// What a kernel of the wasm backend is, and how one kernel calls another: on tensors' infos and the wasm heap, below
// tfjs's own tape and tidying. Every kernel in this folder is written against this file.
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/** One kernel: its tfjs name, and a function that makes it once the backend's own kernels are registered. */
export interface WasmKernel {
  readonly name: string;
  create(): tf.KernelFunc;
}

/** The arguments of a kernel, with the inputs and attributes that its tfjs name promises. */
export interface KernelCall<Inputs extends string, Attributes> {
  readonly inputs: Readonly<Record<Inputs, tf.TensorInfo>>;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/** Gives a typed kernel function the loose type of tfjs's registry. */
export function kernelFunc<Inputs extends string, Attributes>(
  compute: (call: KernelCall<Inputs, Attributes>) => tf.TensorInfo,
): tf.KernelFunc {
  return compute as unknown as tf.KernelFunc;
}

/** Runs another kernel of the wasm backend; the caller owns the result. */
export function runKernel(
  backend: BackendWasm,
  name: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
): tf.TensorInfo {
  const kernel = tf.getKernel(name, "wasm");
  if (kernel === undefined) throw new Error(`invalid kernel; expected one that the wasm backend has: ${name}`);
  return kernel.kernelFunc({ inputs, backend, attrs: attrs as tf.NamedAttrMap }) as tf.TensorInfo;
}

/** The float32 values of a tensor, on the heap: valid until the next allocation. */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** Frees tensors that a kernel made on its way. */
export function release(backend: BackendWasm, ...tensors: readonly tf.TensorInfo[]): void {
  for (const tensor of tensors) backend.disposeData(tensor.dataId);
}

/** A number for both axes, or one for each, as tfjs attributes have it; null and undefined are 1. */
export function pair(value: number | readonly number[] | null | undefined): readonly [number, number] {
  if (value === null || value === undefined) return [1, 1];
  if (typeof value === "number") return [value, value];
  return [value[0] ?? 1, value[1] ?? value[0] ?? 1];
}

/** The shape of a tensor that is known to have rank 4. */
export function shape4d(shape: readonly number[]): readonly [number, number, number, number] {
  const [a, b, c, d] = shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined || shape.length !== 4) {
    throw new Error(`invalid shape; expected rank 4: [${shape.join(", ")}]`);
  }
  return [a, b, c, d];
}
