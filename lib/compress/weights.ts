// Weights of a model as int8: each output channel with a scale of its own. Called by quantize.ts.
import { floatsOf, intOf, type OnnxFile, type OnnxNode, type OnnxTensor, tensorOf } from "../exporters/onnx-file.js";

/** Fewer numbers are not worth a scale. */
const smallest = 64;

export interface QuantizedWeight {
  /** Which axis the scales are along. */
  readonly axis: number;
  readonly scales: Float32Array;
}

/** Where each operator has its weights, and which axis of them is the outputs'. */
const operators: Readonly<Record<string, { readonly input: number; axis(node: OnnxNode, rank: number): number }>> = {
  Conv: { input: 1, axis: () => 0 },
  ConvTranspose: { input: 1, axis: () => 1 },
  Gemm: { input: 1, axis: (node) => (intOf(node, "transB", 0) === 1 ? 0 : 1) },
  MatMul: { input: 1, axis: (_, rank) => rank - 1 },
  Gather: { input: 0, axis: () => 0 },
};

/**
 * Replaces float32 weights by int8 and a DequantizeLinear in front of who uses them.
 * @param only which operators
 * @returns what was replaced, by the name of the weight
 */
export function quantizeWeights(file: OnnxFile, only: readonly string[]): Map<string, QuantizedWeight> {
  const { graph } = file;
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const wanted = new Map<string, number>();
  const refused = new Set<string>();
  for (const node of graph.node) {
    const operator = only.includes(node.opType) ? operators[node.opType] : undefined;
    node.input.forEach((name, i) => {
      const tensor = initializers.get(name);
      if (tensor === undefined) return;
      const axis = operator?.input === i ? operator.axis(node, tensor.dims.length) : undefined;
      // A weight that two operators use along different axes stays as it is.
      if (axis === undefined || (wanted.has(name) && wanted.get(name) !== axis)) refused.add(name);
      else wanted.set(name, axis);
    });
  }
  const done = new Map<string, QuantizedWeight>();
  for (const [name, axis] of wanted) {
    const tensor = initializers.get(name);
    const values = tensor && floatsOf(tensor);
    if (!tensor || !values || refused.has(name) || values.length < smallest || !values.every(Number.isFinite)) continue;
    const { scales, quantized } = perChannel(values, tensor.dims, axis);
    replace(file, tensor, quantized, scales, axis);
    done.set(name, { axis, scales });
  }
  return done;
}

/** Symmetric: scale = largest |w| / 127, so that 0 stays 0. */
function perChannel(
  values: Float32Array,
  dims: readonly number[],
  axis: number,
): { scales: Float32Array; quantized: Int8Array } {
  const channels = dims[axis] ?? 1;
  const inner = dims.slice(axis + 1).reduce((product, length) => product * length, 1);
  const channelOf = (i: number): number => Math.floor(i / inner) % channels;
  const scales = new Float32Array(channels);
  values.forEach((value, i) => {
    const channel = channelOf(i);
    scales[channel] = Math.max(scales[channel] ?? 0, Math.abs(value) / 127);
  });
  // A channel of zeros has any scale.
  const safe = scales.map((scale) => scale || 1);
  const quantized = Int8Array.from(values, (value, i) =>
    Math.max(-127, Math.min(127, Math.round(value / (safe[channelOf(i)] ?? 1)))),
  );
  return { scales: safe, quantized };
}

function replace(
  { graph }: OnnxFile,
  tensor: OnnxTensor,
  quantized: Int8Array,
  scales: Float32Array,
  axis: number,
): void {
  const { name, dims } = tensor;
  graph.initializer = graph.initializer.filter((each) => each !== tensor);
  graph.initializer.push(
    tensorOf(`${name}_quantized`, 3, dims, quantized),
    tensorOf(`${name}_scale`, 1, [scales.length], scales),
    tensorOf(`${name}_zero_point`, 3, [scales.length], new Int8Array(scales.length)),
  );
  graph.node.unshift({
    opType: "DequantizeLinear",
    name: `${name}_dequantize`,
    input: [`${name}_quantized`, `${name}_scale`, `${name}_zero_point`],
    output: [name],
    attribute: [{ name: "axis", type: 2, i: axis }],
  });
}
