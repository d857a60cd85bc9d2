// How many threads a graph is worth: to wake one for each operator takes longer than a small operator itself. Called by step-program.ts
// and inference-graph.ts when they make a session.
import { availableParallelism } from "node:os";
import { type Graph, type Node, sizeOf } from "./graph.js";

/**
 * Products of a run from which on threads pay. Measured on two cores with a net of two convolutions, where one thread makes 1.2 times the
 * steps at 8 million products, as many at 45, and 0.8 times at 60.
 */
const worthThreads = 40e6;

/** @param most as asked for; default: as many as the machine offers */
export function threadsFor(graph: Graph, most = availableParallelism()): number {
  return products(graph) < worthThreads ? 1 : most;
}

/** Products of convolutions and matrices in one run, zeros included. */
export function products(graph: Graph): number {
  return graph.live().reduce((sum, node) => sum + productsOf(node), 0);
}

function productsOf({ operator, inputs, outputs, attributes }: Node): number {
  const [first, second] = inputs;
  const output = outputs[0];
  if (!first || !second || !output) return 0;
  switch (operator) {
    case "Conv":
    case "FusedConv":
      // Filters are [outputs, inputs a group, height, width].
      return sizeOf(output.shape) * sizeOf(second.shape.slice(1));
    case "ConvTranspose":
      return sizeOf(first.shape) * sizeOf(second.shape.slice(1));
    case "MatMul":
      return sizeOf(output.shape) * (first.shape.at(-1) ?? 1);
    case "Gemm":
      return sizeOf(output.shape) * (first.shape.at(attributes.transA ? 0 : 1) ?? 1);
    default:
      return 0;
  }
}
