// Cast to bool. tfjs 4.22 writes the numbers as bytes: 0.5 becomes false, and 2 a truth that is not 1.
import * as tf from "@tensorflow/tfjs";
import { type KernelCall, kernelFunc, release, runKernel, type WasmKernel } from "./kernel.js";

interface Attributes {
  readonly dtype: tf.DataType;
}

export const castToBool: WasmKernel = {
  name: tf.Cast,
  create() {
    const own = tf.getKernel(tf.Cast, "wasm").kernelFunc;
    return kernelFunc<"x", Attributes>(({ inputs, attrs, backend }: KernelCall<"x", Attributes>) => {
      const { x } = inputs;
      if (attrs.dtype !== "bool" || x.dtype === "bool")
        return own({ inputs, attrs: { ...attrs }, backend }) as tf.TensorInfo;
      const zero = backend.makeOutput([], x.dtype);
      backend.typedArrayFromHeap(zero).fill(0);
      const result = runKernel(backend, "NotEqual", { a: x, b: zero }, {});
      release(backend, zero);
      return result;
    });
  },
};
