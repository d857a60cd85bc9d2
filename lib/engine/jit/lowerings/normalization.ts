// Lowering of batch normalisation with given statistics: one multiplication and one addition over the images, the rest over the channels.
import type { Lowered, Lowering } from "../emitter.js";
import { numberOf, outputOf } from "./call.js";

const fusedBatchNorm: Lowering = (call, emit) => {
  const x = emit.raw(call, "x");
  const variance = emit.input(call, "variance");
  const shape = outputOf(call).shape;
  const combine = (operator: string, a: Lowered, b: Lowered, lengths: readonly number[]): Lowered =>
    emit.elementwise([a, b], lengths, (values, stored) => emit.graph.node(operator, values, stored));
  const single = (operator: string, a: Lowered): Lowered =>
    emit.elementwise([a], a.shape, (values, stored) => emit.graph.node(operator, values, stored));
  const epsilon = emit.splat(numberOf(call, "varianceEpsilon", 0.001), variance.shape, "float32");
  const inverse = single("Reciprocal", single("Sqrt", combine("Add", variance, epsilon, variance.shape)));
  const gamma = emit.optional(call, "scale");
  const beta = emit.optional(call, "offset");
  const scale = gamma === undefined ? inverse : combine("Mul", inverse, gamma, variance.shape);
  // Centred first, as tfjs does: x · scale + (beta − mean · scale) would lose digits where the mean is large.
  const centred = combine("Sub", x, emit.input(call, "mean"), shape);
  const scaled = combine("Mul", centred, scale, shape);
  return beta === undefined ? scaled : combine("Add", scaled, beta, shape);
};

export const normalizations: Readonly<Record<string, Lowering>> = { FusedBatchNorm: fusedBatchNorm };
