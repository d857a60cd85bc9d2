// The share of the variance that a regression explains.
import { checkChoice, checkOptions } from "../engine/invalid.js";
import { type Metric, whole } from "./metric.js";
import { checkSamples, type Numbers } from "./numbers.js";
import {
  addErrors,
  type MultiOutput,
  noErrors,
  type OutputAveraged,
  type OutputErrors,
  overOutputs,
  type RegressionErrors,
  type Values,
} from "./regression-errors.js";
import { UndefinedMetricError } from "./undefined-metric.js";

type R2MultiOutput = MultiOutput | "varianceWeighted";

export interface R2Options<M extends R2MultiOutput = R2MultiOutput> {
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
  /** Several outputs a sample: their mean ("uniformAverage", the default), weighted by variance, or a list. */
  multiOutput?: M | undefined;
}

export function r2Metric<M extends R2MultiOutput = "uniformAverage">(
  options: R2Options<M> = {},
): Metric<Values, Values, OutputAveraged<M>, RegressionErrors> {
  checkOptions("options", options, ["sampleWeight", "multiOutput"]);
  const multiOutput: R2MultiOutput = options.multiOutput ?? "uniformAverage";
  checkChoice("multiOutput", multiOutput, ["uniformAverage", "rawValues", "varianceWeighted"]);
  return {
    prediction: "values",
    initial: noErrors,
    update: addErrors,
    compute(state) {
      checkSamples(state.samples, state.weight);
      if (state.samples < 2) throw new UndefinedMetricError("yTrue", "two or more samples", state.samples);
      const values = state.outputs.map(explained);
      const spread = state.outputs.reduce((sum, output) => sum + output.spread, 0);
      if (multiOutput !== "varianceWeighted" || spread === 0) {
        return overOutputs(state, values, multiOutput) as OutputAveraged<M>;
      }
      const weighted = values.map((value, i) => value * ((state.outputs[i]?.spread ?? 0) / spread) * values.length);
      return overOutputs(state, weighted, "uniformAverage") as OutputAveraged<M>;
    },
  };
}

/**
 * The coefficient of determination, 1 − Σ (yTrue − yPred)² / Σ (yTrue − mean)²: 1 for a perfect fit, below 0 for one
 * worse than the mean. As scikit-learn's `r2_score`: for a constant yTrue 1 when it was predicted exactly, else 0.
 * @param yTrue n finite numbers, or n lists of outputs
 * @param yPred the same shape
 * @throws when the input is empty or not as described; an UndefinedMetricError for a single sample
 */
export function r2<M extends R2MultiOutput = "uniformAverage">(
  yTrue: Values,
  yPred: Values,
  options: R2Options<M> = {},
): OutputAveraged<M> {
  return whole(r2Metric(options), yTrue, yPred, options.sampleWeight);
}

function explained({ squared, spread }: OutputErrors): number {
  if (squared === 0) return 1;
  return spread === 0 ? 0 : 1 - squared / spread;
}
