// Between which values the tensors inside a model lie, on data: for the scales of static quantisation. Called by quantize.ts.
import type { OnnxFile } from "../exporters/onnx-file.js";
import { encodeOnnx } from "../exporters/onnx-file.js";
import { openModel, type Samples } from "./onnx-run.js";

export interface Range {
  readonly low: number;
  readonly high: number;
}

export type CalibrationMethod = "minMax" | "percentile";

const bins = 2048;

/**
 * @param names tensors of the graph, float32
 * @param percentile share of the values, in (0.5, 1], that the range holds on each side, with method "percentile"
 */
export async function activationRanges(
  file: OnnxFile,
  names: readonly string[],
  samples: Samples,
  method: CalibrationMethod,
  percentile: number,
): Promise<Map<string, Range>> {
  const shown = structuredClone(file);
  const outputs = new Set(shown.graph.output.map(({ name }) => name));
  const inputs = new Set(shown.graph.input.map(({ name }) => name));
  for (const name of names)
    if (!outputs.has(name) && !inputs.has(name))
      shown.graph.output.push({ name, type: { tensorType: { elemType: 1 } } });
  const model = await openModel(encodeOnnx(shown));
  const ranges = new Map<string, Range>(names.map((name) => [name, { low: 0, high: 0 }]));
  const eachTensor = async (use: (name: string, values: Float32Array) => void) => {
    for await (const batch of samples()) {
      const given = batch.values;
      const results = await model.run(batch);
      for (const name of names) {
        const values = inputs.has(name) ? given : results[name]?.data;
        if (values instanceof Float32Array) use(name, values);
      }
    }
  };
  try {
    // A range holds 0, so that padding and ReLU's zeros are exact.
    await eachTensor((name, values) => {
      let { low, high } = ranges.get(name) ?? { low: 0, high: 0 };
      for (const value of values) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      ranges.set(name, { low, high });
    });
    if (method === "minMax") return ranges;
    const histograms = new Map(names.map((name) => [name, new Float64Array(bins)]));
    await eachTensor((name, values) => {
      const { low, high } = ranges.get(name) ?? { low: 0, high: 0 };
      const histogram = histograms.get(name);
      if (histogram === undefined || high === low) return;
      for (const value of values) {
        const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
        histogram[bin] = (histogram[bin] ?? 0) + 1;
      }
    });
    for (const [name, histogram] of histograms)
      ranges.set(name, within(histogram, ranges.get(name) ?? { low: 0, high: 0 }, percentile));
    return ranges;
  } finally {
    await model.close();
  }
}

function within(histogram: Float64Array, { low, high }: Range, percentile: number): Range {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const outside = total * (1 - percentile);
  const edge = (counts: Iterable<number>): number => {
    let seen = 0;
    let place = 0;
    for (const count of counts) {
      seen += count;
      if (seen > outside) break;
      place++;
    }
    return place;
  };
  const width = (high - low) / bins;
  return {
    low: Math.min(0, low + edge(histogram) * width),
    high: Math.max(0, high - edge(histogram.toReversed()) * width),
  };
}
