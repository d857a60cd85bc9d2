// Puts QuantizeLinear and DequantizeLinear around what the products of a model get, so that a runtime computes them with whole numbers
// (the QDQ form, https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html). Called by quantize.ts.
import { floatsOf, type OnnxFile, type OnnxNode, tensorOf } from "../exporters/onnx-file.js";
import type { Range } from "./activations.js";
import type { QuantizedWeight } from "./weights.js";

/** Operators that runtimes compute with whole numbers. */
export const quantizable = ["Conv", "Gemm", "MatMul"] as const;

/** The tensors that are quantised: what those operators get besides weights. */
export function activationsOf(file: OnnxFile): string[] {
  const constant = new Set(file.graph.initializer.map(({ name }) => name));
  const names = file.graph.node
    .filter(({ opType, input: [, weight = ""] }) => quantizable.some((name) => name === opType) && constant.has(weight))
    .flatMap(({ input: [data] }) => (data === undefined || constant.has(data) ? [] : [data]));
  return [...new Set(names)];
}

/** @param ranges of the tensors that `activationsOf` named, before the weights were quantised */
export function quantizeActivations(
  file: OnnxFile,
  ranges: ReadonlyMap<string, Range>,
  weights: ReadonlyMap<string, QuantizedWeight>,
): void {
  const { graph } = file;
  const scales = new Map<string, number>();
  for (const [name, range] of ranges) {
    const { scale, zero } = unsigned(range);
    scales.set(name, scale);
    graph.initializer.push(
      tensorOf(`${name}_scale`, 1, [], Float32Array.of(scale)),
      tensorOf(`${name}_zero_point`, 2, [], Uint8Array.of(zero)),
    );
    const parameters = [`${name}_scale`, `${name}_zero_point`];
    const pair: OnnxNode[] = [
      step("QuantizeLinear", [name, ...parameters], `${name}_quantized`),
      step("DequantizeLinear", [`${name}_quantized`, ...parameters], `${name}_dequantized`),
    ];
    for (const node of graph.node)
      if (quantizable.some((each) => each === node.opType) && node.input[0] === name)
        node.input[0] = `${name}_dequantized`;
    const place = graph.node.findIndex(({ output }) => output.includes(name));
    graph.node.splice(place + 1, 0, ...pair);
  }
  for (const node of [...graph.node]) quantizeBias(file, node, scales, weights);
}

/** uint8 with a zero point: [low, high] becomes [0, 255]. */
function unsigned({ low, high }: Range): { scale: number; zero: number } {
  const scale = Math.fround((high - low) / 255) || 1;
  return { scale, zero: Math.max(0, Math.min(255, Math.round(-low / scale))) };
}

function step(opType: string, input: string[], output: string, axis?: number): OnnxNode {
  const attribute = axis === undefined ? [] : [{ name: "axis", type: 2, i: axis }];
  return { opType, name: `${output}_step`, input, output: [output], attribute };
}

/** int32 with the scale of the products that it is added to, as runtimes want it. */
function quantizeBias(
  { graph }: OnnxFile,
  node: OnnxNode,
  scales: ReadonlyMap<string, number>,
  weights: ReadonlyMap<string, QuantizedWeight>,
): void {
  const [data = "", weight = "", bias] = node.input;
  const dataScale = scales.get(data.replace(/_dequantized$/, ""));
  const own = weights.get(weight);
  const tensor = graph.initializer.find(({ name }) => name === bias);
  const values = tensor && floatsOf(tensor);
  if (dataScale === undefined || !own || !tensor || !values || values.length !== own.scales.length) return;
  // Another operator would see the bias in other units.
  const name = `${tensor.name}_of_${node.name || node.output[0]}`;
  const scale = own.scales.map((each) => each * dataScale);
  const whole = Int32Array.from(values, (value, i) => Math.round(value / (scale[i] ?? 1)));
  graph.initializer.push(
    tensorOf(`${name}_quantized`, 6, [values.length], whole),
    tensorOf(`${name}_scale`, 1, [values.length], scale),
    tensorOf(`${name}_zero_point`, 6, [values.length], new Int32Array(values.length)),
  );
  const parts = [`${name}_quantized`, `${name}_scale`, `${name}_zero_point`];
  graph.node.unshift(step("DequantizeLinear", parts, `${name}_dequantized`, 0));
  node.input[2] = `${name}_dequantized`;
  const isUsed = graph.node.some(({ input }) => input.includes(tensor.name));
  if (!isUsed) graph.initializer = graph.initializer.filter((each) => each !== tensor);
}
