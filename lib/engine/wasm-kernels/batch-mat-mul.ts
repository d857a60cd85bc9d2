// BatchMatMul. tfjs gives XNNPACK only a single product without transposes, and everything else to a scalar loop. This
// one transposes first and runs each matrix of a batch through XNNPACK, on views of the heap.
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { floats, type KernelCall, kernelFunc, release, runKernel, type WasmKernel } from "./kernel.js";

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export const batchMatMul: WasmKernel = {
  name: tf.BatchMatMul,
  create() {
    const own = tf.getKernel(tf.BatchMatMul, "wasm").kernelFunc;
    return kernelFunc<"a" | "b", Attributes>((call) => compute(own, call));
  },
};

function compute(own: tf.KernelFunc, { inputs, attrs, backend }: KernelCall<"a" | "b", Attributes>): tf.TensorInfo {
  const { transposeA, transposeB } = attrs;
  const a = transposeA ? swapLastAxes(backend, inputs.a) : inputs.a;
  const b = transposeB ? swapLastAxes(backend, inputs.b) : inputs.b;
  const multiply = (x: tf.TensorInfo, y: tf.TensorInfo) =>
    own({ inputs: { a: x, b: y }, backend, attrs: { transposeA: false, transposeB: false } }) as tf.TensorInfo;
  const result = multiply(a, b);
  // XNNPACK refuses products over no elements and leaves what the heap held.
  if (a.shape.at(-1) === 0) floats(backend, result).fill(0);
  if (a !== inputs.a) release(backend, a);
  if (b !== inputs.b) release(backend, b);
  return result;
}

function swapLastAxes(backend: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
  const rank = x.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  return runKernel(backend, "Transpose", { x }, { perm });
}
