// The lowering of Einsum: those of the kernels that it can be made of, one after another. (ONNX's own Einsum transposes what its
// neighbours could have stored in another order.)
import { decomposeEinsum } from "../../einsum.js";
import { type Emitter, type Lowered, type Lowering, NotLowerable } from "../emitter.js";
import type { KernelCall, TensorReference } from "../recording.js";
import { arithmetic } from "./arithmetic.js";
import { outputOf } from "./call.js";
import { matrixProducts } from "./matmul.js";
import { reductions } from "./reduction.js";
import { shapes } from "./shape.js";

const parts: Readonly<Record<string, Lowering | undefined>> = {
  ...arithmetic,
  ...matrixProducts,
  ...reductions,
  ...shapes,
};

function lowerEinsum(call: KernelCall, emit: Emitter): Lowered {
  const { dtype } = outputOf(call);
  if (dtype !== "float32") throw new NotLowerable(`${call.kernel} of ${dtype}`);
  const tensors = Object.values(call.inputs).flat() as TensorReference[];
  const result = decomposeEinsum<TensorReference>(
    String(call.attributes.equation),
    tensors.map((tensor) => [tensor, tensor.shape] as const),
    (kernel, inputs, attributes, shape) => {
      const output: TensorReference = { id: {}, shape, dtype };
      const [lowered] = [parts[kernel]?.({ kernel, inputs, attributes, outputs: [output] }, emit)].flat();
      if (lowered === undefined) throw new NotLowerable(`${call.kernel} without ${kernel}`);
      emit.define(output.id, lowered);
      return output;
    },
  );
  return emit.resolve(result);
}

export const einsums: Readonly<Record<string, Lowering>> = { Einsum: lowerEinsum };
