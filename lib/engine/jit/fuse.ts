// Rewrites of the finished graph that no single lowering can see: biases go into convolutions and products, and a ReLU's mask goes
// through the max pool behind it, where there are fewer elements. Called by lower.ts.
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
      emit.graph.replace(output, operator, [...product.inputs, emit.reshapeValue(added, [channels])], product.attributes);
      return true;
    }
    return false;
  };

/**
 * Mul(MaxUnpool(dy, indices), Sign(relu)) → MaxUnpool(Mul(dy, Sign(pooled)), indices), where the indices come from pooling that same
 * relu: the maximum of a window is positive exactly where the element it came from is.
 */
const maskBeforeUnpool: Rewrite = (node, emit, uses) => {
  const [output] = node.outputs;
  if (node.operator !== "Mul" || output === undefined) return false;
  for (const [i, value] of node.inputs.entries()) {
    const unpool = producerOf(emit, value, "MaxUnpool");
    const sign = producerOf(emit, node.inputs[1 - i], "Sign");
    const [dy, indices, target] = unpool?.inputs ?? [];
    const pool = producerOf(emit, indices, "MaxPool");
    const [pooled] = pool?.outputs ?? [];
    if (value === undefined || unpool === undefined || dy === undefined || pooled === undefined || uses.get(value) !== 1) continue;
    const relu = sign?.inputs[0];
    if (relu === undefined || pool?.inputs[0] !== relu || producerOf(emit, relu, "Relu") === undefined) continue;
    const masked = emit.graph.node("Mul", [dy, emit.graph.node("Sign", [pooled], pooled.shape)], dy.shape);
    emit.graph.replace(output, "MaxUnpool", [masked, indices, target], unpool.attributes);
    return true;
  }
  return false;
};

const rewrites: readonly Rewrite[] = [bias("Conv", 1), bias("Gemm", 1), maskBeforeUnpool];

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

