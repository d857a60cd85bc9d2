// tfjs's fused kernels look at the shape that a bias's numbers were written with, not at the bias's own, and refuse one that was reshaped
// or gathered (a model's weights, after setWeights with such tensors). They are given its own shape here. Called by register.ts.
import * as tf from "@tensorflow/tfjs";
import { type KernelCall, kernelFunc, type WasmKernel } from "./kernel.js";

type Bias = KernelCall<"bias", unknown>;

export const fusedBiases: readonly WasmKernel[] = [tf.FusedConv2D, tf.FusedDepthwiseConv2D, tf._FusedMatMul].map(
  (name) => ({
    name,
    create() {
      const own = tf.getKernel(name, "wasm").kernelFunc;
      return kernelFunc<"bias", unknown>(({ inputs, attrs, backend }) => {
        const { bias } = inputs as Partial<Bias["inputs"]>;
        const written = bias && backend.dataIdMap.get(bias.dataId);
        if (written && written.shape.join() !== bias.shape.join()) written.shape = [...bias.shape];
        return own({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as tf.TensorInfo;
      });
    },
  }),
);
