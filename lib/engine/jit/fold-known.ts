// What an exported graph need not compute at each run: numbers that are known beforehand, and what follows a convolution or a product of
// matrices and changes each channel alone, such as batch normalization: that goes into the weights. Called by portable-graph.ts.
import { rearrange } from "./axis-order.js";
import { type Graph, type Node, sizeOf, type Value } from "./graph.js";
import { isNumbers } from "./recording.js";

const elementwise: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Sqrt: (a) => Math.sqrt(a),
  Reciprocal: (a) => 1 / a,
};

/** Rewrites the graph in place; its answers are the same but for rounding. */
export function foldKnown(graph: Graph): void {
  const uses = graph.uses();
  // In order: what a node takes is folded before it. A folded node's value keeps its users.
  for (const node of graph.live()) if (!move(graph, node) && !compute(graph, node)) absorb(graph, node, uses);
}

function numbersOf(graph: Graph, value: Value | undefined): Float32Array | undefined {
  const elements = value === undefined ? undefined : graph.constants.get(value);
  return elements instanceof Float32Array ? elements : undefined;
}

/** Known numbers in another shape or order are written so: others find weights there, and they can be quantised. */
function move(graph: Graph, { operator, inputs, outputs, attributes }: Node): boolean {
  const [source] = inputs;
  const [output] = outputs;
  const elements = source === undefined ? undefined : graph.constants.get(source);
  if (source === undefined || output === undefined || !isNumbers(elements)) return false;
  if (operator === "Reshape") graph.know(output, elements);
  else if (operator === "Transpose") {
    const moved = elements.slice();
    rearrange(elements, source.shape, attributes.perm as readonly number[], moved);
    graph.know(output, moved);
  } else return false;
  return true;
}

/** A node all of whose inputs are known becomes what it computes. */
function compute(graph: Graph, { operator, inputs, outputs }: Node): boolean {
  const formula = elementwise[operator];
  const [output] = outputs;
  const values = inputs.map((input) => numbersOf(graph, input));
  if (formula === undefined || output === undefined || values.includes(undefined)) return false;
  const [first, second] = inputs.map((input, i) => spread(values[i] ?? [], input?.shape ?? [], output.shape));
  const result = new Float32Array(sizeOf(output.shape));
  for (let i = 0; i < result.length; i++) result[i] = formula(first?.(i) ?? Number.NaN, second?.(i) ?? Number.NaN);
  graph.know(output, result);
  return true;
}

/** An element of `values`, of this shape, by its place in the larger shape that it is repeated to (numpy's broadcasting). */
function spread(
  values: ArrayLike<number>,
  shape: readonly number[],
  whole: readonly number[],
): (place: number) => number {
  const missing = whole.length - shape.length;
  return (place) => {
    let [rest, index, stride] = [place, 0, 1];
    for (let axis = whole.length - 1; axis >= 0; axis--) {
      const length = whole[axis] ?? 1;
      const own = shape[axis - missing] ?? 1;
      if (own > 1) index += (rest % length) * stride;
      stride *= own;
      rest = Math.floor(rest / length);
    }
    return values[index] ?? Number.NaN;
  };
}

/** Whose weights, of which shape, belong to which channel of the output; both have the channels along axis 1 of it. */
const channelOfWeight: Readonly<Record<string, (node: Node, shape: readonly number[]) => (place: number) => number>> = {
  Conv: (_, shape) => {
    const each = sizeOf(shape.slice(1));
    return (place) => Math.floor(place / each);
  },
  Gemm: ({ attributes }, [rows = 1, columns = 1]) =>
    attributes.transB ? (place) => Math.floor(place / (sizeOf([rows, columns]) / rows)) : (place) => place % columns,
};

/** A layer's output, changed by a known number for each channel: the layer computes that itself. */
function absorb(graph: Graph, node: Node, uses: ReadonlyMap<Value, number>): void {
  const [output] = node.outputs;
  if (output === undefined) return;
  const places = node.operator === "Add" || node.operator === "Mul" ? [0, 1] : [0];
  for (const place of places) {
    const made = node.inputs[place];
    const layer = made === undefined ? undefined : graph.producer(made);
    const change = affine(node.operator, channels(graph, node.inputs[1 - place], output.shape));
    if (made === undefined || layer === undefined || change === undefined || uses.get(made) !== 1) continue;
    const inputs = changed(graph, layer, output.shape[1] ?? 1, change);
    if (inputs === undefined) continue;
    graph.replace(output, layer.operator, inputs, layer.attributes, layer.domain);
    return;
  }
}

interface Affine {
  factor(channel: number): number;
  summand(channel: number): number;
}

function affine(operator: string, number: ((channel: number) => number) | undefined): Affine | undefined {
  if (number === undefined) return undefined;
  if (operator === "Add") return { factor: () => 1, summand: number };
  if (operator === "Sub") return { factor: () => 1, summand: (channel) => -number(channel) };
  if (operator === "Mul") return { factor: number, summand: () => 0 };
  if (operator === "Div") return { factor: (channel) => 1 / number(channel), summand: () => 0 };
  return undefined;
}

/** The known number of each channel (axis 1), if it is the same at all other places. */
function channels(
  graph: Graph,
  value: Value | undefined,
  whole: readonly number[],
): ((channel: number) => number) | undefined {
  const numbers = numbersOf(graph, value);
  if (value === undefined || numbers === undefined || value.shape.length > whole.length) return undefined;
  if (numbers.length === 1) return () => numbers[0] ?? Number.NaN;
  const along = value.shape[1 - (whole.length - value.shape.length)];
  return numbers.length === whole[1] && along === whole[1] ? (channel) => numbers[channel] ?? Number.NaN : undefined;
}

/** The layer's inputs with other weights, if its own are known and all its sums are one product's. */
function changed(
  graph: Graph,
  layer: Node,
  count: number,
  { factor, summand }: Affine,
): readonly (Value | undefined)[] | undefined {
  const [input, weight, bias] = layer.inputs;
  const [weights, biases] = [numbersOf(graph, weight), numbersOf(graph, bias)];
  const channelOf = channelOfWeight[layer.operator]?.(layer, weight?.shape ?? []);
  if (weight === undefined || weights === undefined || channelOf === undefined) return undefined;
  // onnxruntime's own convolutions in blocks have another order of weights; a scaled bias would need a scaled summand.
  if (layer.domain !== "" || layer.attributes.alpha !== undefined || layer.attributes.beta !== undefined)
    return undefined;
  if (bias !== undefined && biases?.length !== count) return undefined;
  const newWeights = weights.map((value, place) => value * factor(channelOf(place)));
  const newBiases = Float32Array.from(
    { length: count },
    (_, channel) => (biases?.[channel] ?? 0) * factor(channel) + summand(channel),
  );
  return [
    input,
    graph.constant(newWeights, weight.shape, "float32"),
    graph.constant(newBiases, [count], "float32"),
    ...layer.inputs.slice(3),
  ];
}
