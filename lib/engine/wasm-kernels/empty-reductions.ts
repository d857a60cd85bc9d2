// Reductions over no elements at all, for which tfjs's wasm kernels return what the heap held before: a sum of nothing
// is 0, a product 1, a maximum −∞, a mean NaN.
import * as tf from "@tensorflow/tfjs";
import { floats, type KernelCall, kernelFunc, type WasmKernel } from "./kernel.js";

const NEUTRAL = [
  [tf.Sum, 0],
  [tf.Prod, 1],
  [tf.Max, Number.NEGATIVE_INFINITY],
  [tf.Min, Number.POSITIVE_INFINITY],
  [tf.Mean, Number.NaN],
] as const;

export const emptyReductions: readonly WasmKernel[] = NEUTRAL.map(([name, neutral]) => ({
  name,
  create() {
    const own = tf.getKernel(name, "wasm").kernelFunc;
    return kernelFunc<"x", tf.NamedAttrMap>(({ inputs, attrs, backend }: KernelCall<"x", tf.NamedAttrMap>) => {
      const result = own({ inputs, attrs, backend }) as tf.TensorInfo;
      if (inputs.x.shape.includes(0) && result.dtype === "float32") floats(backend, result).fill(neutral);
      return result;
    });
  },
}));
