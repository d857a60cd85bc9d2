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

/** A convolution in blocks and the operator that brings its result out of them, if nobody else uses either. */
function blockedConvolution(
  emit: Emitter,
  value: Value | undefined,
  uses: ReadonlyMap<Value, number>,
): { readonly convolution: Node; readonly reorder: Node } | undefined {
  const reorder = producerOf(emit, value, "ReorderOutput");
  const [blocked] = reorder?.inputs ?? [];
  const convolution = producerOf(emit, blocked, "Conv");
  if (value === undefined || reorder === undefined || blocked === undefined || convolution === undefined)
    return undefined;
  return uses.get(value) === 1 && uses.get(blocked) === 1 ? { convolution, reorder } : undefined;
}

/** Add(ReorderOutput(Conv), bias) → ReorderOutput(Conv with bias); the bias is filled up with zeros as the filters are. */
const blockedBias: Rewrite = (node, emit, uses) => {
  const [output] = node.outputs;
  if (node.operator !== "Add" || output === undefined) return false;
  for (const [i, value] of node.inputs.entries()) {
    const found = blockedConvolution(emit, value, uses);
    const added = node.inputs[1 - i];
    const channels = value?.shape[1] ?? 1;
    if (found === undefined || added === undefined || found.convolution.inputs.length !== 2) continue;
    const along = added.shape[1 - output.shape.length + added.shape.length];
    if (!sameShape(value?.shape ?? [], output.shape) || sizeOf(added.shape) !== channels || along !== channels)
      continue;
    const { convolution, reorder } = found;
    const [blocked] = convolution.outputs;
    const filters = blocked?.shape[1] ?? channels;
    const vector = emit.reshapeValue(added, [channels]);
    const amounts = emit.graph.integers([0, filters - channels]);
    const whole =
      filters === channels
        ? vector
        : emit.graph.node("Pad", [vector, amounts, emit.graph.scalar(0)], [filters], { mode: "constant" });
    const inputs = [...convolution.inputs, whole];
    const biased = emit.graph.node(
      "Conv",
      inputs,
      blocked?.shape ?? [],
      convolution.attributes,
      "float32",
      convolution.domain,
    );
    emit.graph.replace(output, "ReorderOutput", [biased], reorder.attributes, reorder.domain);
    return true;
  }
  return false;
};

/** Relu(ReorderOutput(Conv)) → ReorderOutput(Conv with ReLU); behind its own convolutions onnxruntime sees to that itself. */
const blockedRelu: Rewrite = (node, emit, uses) => {
  const [output] = node.outputs;
  const found = node.operator === "Relu" ? blockedConvolution(emit, node.inputs[0], uses) : undefined;
  if (found === undefined || output === undefined) return false;
  const { convolution, reorder } = found;
  const attributes = { ...convolution.attributes, activation: "Relu" };
  if ("activation" in convolution.attributes) return false;
  const shape = convolution.outputs[0]?.shape ?? [];
  const rectified = emit.graph.node("Conv", convolution.inputs, shape, attributes, "float32", convolution.domain);
  emit.graph.replace(output, "ReorderOutput", [rectified], reorder.attributes, reorder.domain);
  return true;
};

const rewrites: readonly Rewrite[] = [bias("Conv", 1), bias("Gemm", 1), accumulate, blockedBias, blockedRelu];

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
