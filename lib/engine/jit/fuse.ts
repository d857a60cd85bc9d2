// Rewrites of the finished graph that no single lowering can see, since they depend on how often a value is used: biases go into
// convolutions and products, and a momentum's decay into the product that it is added to. Called by lower.ts.
import type { Emitter } from "./emitter.js";
import { type Node, sameShape, sizeOf, type Value } from "./graph.js";

type Rewrite = (node: Node, emit: Emitter, uses: ReadonlyMap<Value, number>) => boolean;

function producerOf(emit: Emitter, value: Value | undefined, operator: string): Node | undefined {
  const node = value === undefined ? undefined : emit.graph.producer(value);
  return node?.operator === operator ? node : undefined;
}

/** Add(product, bias), with the bias along `axis` of the product → the operator's own third input. */
const bias =
  (operator: string, axis: number): Rewrite =>
  (node, emit, uses) => {
    const [output] = node.outputs;
    if (node.operator !== "Add" || output === undefined) return false;
    for (const [i, value] of node.inputs.entries()) {
      const product = producerOf(emit, value, operator);
      const added = node.inputs[1 - i];
      if (product === undefined || value === undefined || added === undefined) continue;
      if (product.inputs.length !== 2 || uses.get(value) !== 1 || !sameShape(value.shape, output.shape)) continue;
      const channels = value.shape[axis] ?? 1;
      const missing = value.shape.length - added.shape.length;
      const along = added.shape[axis - missing] ?? 1;
      if (added.type !== "float32" || sizeOf(added.shape) !== channels || along !== channels) continue;
      emit.graph.replace(
        output,
        operator,
        [...product.inputs, emit.reshapeValue(added, [channels])],
        product.attributes,
      );
      return true;
    }
    return false;
  };

/** Add(Mul(previous, constant), product of matrices) → the product's own scaled third input: momentum in one operator. */
const accumulate: Rewrite = (node, emit, uses) => {
  const [output] = node.outputs;
  if (node.operator !== "Add" || output === undefined) return false;
  for (const [i, value] of node.inputs.entries()) {
    const product = producerOf(emit, value, "Gemm");
    const scaled = producerOf(emit, node.inputs[1 - i], "Mul");
    if (value === undefined || product === undefined || scaled === undefined || product.inputs.length !== 2) continue;
    const previous = scaled.inputs.find((input) => input !== undefined && sameShape(input.shape, output.shape));
    const factor = scaled.inputs.find((input) => input !== previous);
    const [beta] = (factor === undefined ? undefined : emit.graph.constants.get(factor)) ?? [];
    if (previous === undefined || typeof beta !== "number" || factor === undefined || sizeOf(factor.shape) !== 1)
      continue;
    if (uses.get(value) !== 1) continue;
    emit.graph.replace(output, "Gemm", [...product.inputs, previous], { ...product.attributes, beta: { float: beta } });
    return true;
  }
  return false;
};

const rewrites: readonly Rewrite[] = [bias("Conv", 1), bias("Gemm", 1), accumulate];

/** Applies the rewrites until none fits. */
export function fuse(emit: Emitter): void {
  for (let changed = true; changed; ) {
    const uses = emit.graph.uses();
    changed = emit.graph
      .live()
      .map((node) => rewrites.some((rewrite) => rewrite(node, emit, uses)))
      .includes(true);
  }
}
