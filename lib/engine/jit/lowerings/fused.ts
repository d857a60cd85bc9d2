// Lowerings of tfjs's fused kernels (product or convolution, bias, activation), which appear where no gradient is asked for.
import { type Emitter, type Lowered, type Lowering, NotLowerable } from "../emitter.js";
import type { KernelCall } from "../recording.js";
import { flagOf, numberOf, outputOf } from "./call.js";
import { convolution, depthwise } from "./convolution.js";
import { product } from "./matmul.js";
import { convolutionWindow } from "./window.js";

const activations: Readonly<Record<string, string>> = { relu: "Relu", elu: "Elu", sigmoid: "Sigmoid" };

function finish(call: KernelCall, emit: Emitter, result: Lowered): Lowered {
  const bias = emit.optional(call, "bias");
  const biased =
    bias === undefined
      ? result
      : emit.elementwise([result, bias], result.shape, (values, shape) => emit.graph.node("Add", values, shape));
  const activation = String(call.attributes.activation ?? "linear");
  const apply = (build: (emit: Emitter, x: Lowered["value"], shape: readonly number[]) => Lowered["value"]): Lowered =>
    emit.elementwise([biased], biased.shape, ([x], shape) => {
      if (x === undefined) throw new Error("invalid values; expected one: none");
      return build(emit, x, shape);
    });
  if (activation === "linear") return biased;
  if (activation === "relu6")
    return apply((e, x, shape) => e.graph.node("Clip", [x, e.graph.scalar(0), e.graph.scalar(6)], shape));
  if (activation === "leakyrelu") {
    const alpha = { float: numberOf(call, "leakyreluAlpha", 0.2) };
    return apply((e, x, shape) => e.graph.node("LeakyRelu", [x], shape, { alpha }));
  }
  const operator = activations[activation];
  if (operator === undefined) throw new NotLowerable(`${call.kernel} with activation ${activation}`);
  return apply((e, x, shape) => e.graph.node(operator, [x], shape));
}

const fusedConvolution =
  (isDepthwise: boolean): Lowering =>
  (call, emit) => {
    const x = emit.input(call, "x");
    const filter = emit.input(call, "filter");
    const window = convolutionWindow(call, x.shape, filter.shape, isDepthwise);
    return finish(call, emit, (isDepthwise ? depthwise : convolution)(emit, x, filter, window, outputOf(call).shape));
  };

export const fusedKernels: Readonly<Record<string, Lowering>> = {
  FusedConv2D: fusedConvolution(false),
  FusedDepthwiseConv2D: fusedConvolution(true),
  _FusedMatMul: (call, emit) => {
    const shape = outputOf(call).shape;
    const [a, b] = [emit.input(call, "a"), emit.input(call, "b")];
    return finish(call, emit, product(emit, a, b, flagOf(call, "transposeA"), flagOf(call, "transposeB"), shape));
  },
};
