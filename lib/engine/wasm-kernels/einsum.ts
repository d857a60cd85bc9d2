// Einsum, which tfjs's wasm backend lacks: by sums, transposes and XNNPACK's products of matrices.
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { decomposeEinsum } from "../einsum.js";
import { release, runKernel, type WasmKernel } from "./kernel.js";

interface Call {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: { readonly equation: string };
  readonly backend: BackendWasm;
}

export const einsum: WasmKernel = {
  name: tf.Einsum,
  create: () => compute as unknown as tf.KernelFunc,
};

function compute({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const made: tf.TensorInfo[] = [];
  const run = (name: string, given: Readonly<Record<string, tf.TensorInfo>>, attributes: object): tf.TensorInfo => {
    const result = runKernel(backend, name, given, { ...attributes });
    made.push(result);
    return result;
  };
  const tensors = Object.values(inputs);
  const isWhole = tensors.every(({ dtype }) => dtype !== "float32");
  // Products of matrices are of float32 numbers here.
  const floats = tensors.map((x) => (x.dtype === "float32" ? x : run(tf.Cast, { x }, { dtype: "float32" })));
  try {
    const result = decomposeEinsum(
      attrs.equation,
      floats.map((tensor) => [tensor, tensor.shape] as const),
      run,
    );
    const output = isWhole ? run(tf.Cast, { x: result }, { dtype: "int32" }) : result;
    made.splice(made.indexOf(output), 1);
    return output;
  } finally {
    release(backend, ...made);
  }
}
