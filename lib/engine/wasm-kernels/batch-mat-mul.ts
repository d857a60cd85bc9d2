// BatchMatMul. tfjs gives XNNPACK only a single product without transposes, and everything else to a scalar loop. This
// one transposes first and runs each matrix of a batch through XNNPACK, on views of the heap.
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { floats, type KernelCall, kernelFunc, release, runKernel, type WasmKernel } from "./kernel.js";

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Multiply-adds of one matrix product from which on XNNPACK's setup (about 10 µs) is worth it. */
const WORTH_XNNPACK = 4096;

export const batchMatMul: WasmKernel = {
  name: tf.BatchMatMul,
  create() {
    const own = tf.getKernel(tf.BatchMatMul, "wasm").kernelFunc;
    return kernelFunc<"a" | "b", Attributes>((call) => compute(own, call));
  },
};

function compute(own: tf.KernelFunc, { inputs, attrs, backend }: KernelCall<"a" | "b", Attributes>): tf.TensorInfo {
  const a = attrs.transposeA ? swapLastAxes(backend, inputs.a) : inputs.a;
  const b = attrs.transposeB ? swapLastAxes(backend, inputs.b) : inputs.b;
  const multiply: Multiply = (x, y) =>
    own({ inputs: { a: x, b: y }, backend, attrs: { transposeA: false, transposeB: false } }) as tf.TensorInfo;
  const result = multiplyEach(backend, multiply, a, b) ?? multiply(a, b);
  // XNNPACK refuses products over no elements and leaves what the heap held.
  if (a.shape.at(-1) === 0) floats(backend, result).fill(0);
  if (a !== inputs.a) release(backend, a);
  if (b !== inputs.b) release(backend, b);
  return result;
}

type Multiply = (a: tf.TensorInfo, b: tf.TensorInfo) => tf.TensorInfo;

/** The products of a batch one after another; undefined where that is not faster or the batches differ. */
function multiplyEach(
  backend: BackendWasm,
  multiply: Multiply,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
): tf.TensorInfo | undefined {
  const [rows = 0, inner = 0] = a.shape.slice(-2);
  const columns = b.shape.at(-1) ?? 0;
  const batches = a.shape.slice(0, -2);
  const count = tf.util.sizeFromShape(batches);
  if (count < 2 || rows * inner * columns < WORTH_XNNPACK) return undefined;
  if (!tf.util.arraysEqual(batches, b.shape.slice(0, -2)) || inner !== b.shape.at(-2)) return undefined;
  if (a.dtype !== "float32" || b.dtype !== "float32") return undefined;
  const result = backend.makeOutput([...batches, rows, columns], "float32");
  for (let i = 0; i < count; i++) {
    const left = matrixOf(backend, a, i, rows, inner);
    const right = matrixOf(backend, b, i, inner, columns);
    const product = multiply(left, right);
    floats(backend, result).set(floats(backend, product), i * rows * columns);
    forget(backend, left);
    forget(backend, right);
    release(backend, product);
  }
  return result;
}

/** One matrix of a batch, as a tensor on the batch's own memory; to be forgotten, never released. */
function matrixOf(
  backend: BackendWasm,
  batch: tf.TensorInfo,
  index: number,
  rows: number,
  columns: number,
): tf.TensorInfo {
  const { memoryOffset } = backend.dataIdMap.get(batch.dataId);
  const bytes = index * rows * columns * Float32Array.BYTES_PER_ELEMENT;
  return backend.makeOutput([1, rows, columns], "float32", memoryOffset + bytes);
}

function forget(backend: BackendWasm, view: tf.TensorInfo): void {
  const { id } = backend.dataIdMap.get(view.dataId);
  backend.wasm.tfjs.disposeData(id);
  backend.dataIdMap.delete(view.dataId);
}

function swapLastAxes(backend: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
  const rank = x.shape.length;
  const perm = Array.from({ length: rank }, (_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  return runKernel(backend, "Transpose", { x }, { perm });
}
