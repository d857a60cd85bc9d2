// The mean of the absolute errors of a regression.
import { checkChoice, checkOptions } from "../engine/invalid.js";
import { type Metric, whole } from "./metric.js";
import type { Numbers } from "./numbers.js";
import {
  addErrors,
  type MultiOutput,
  noErrors,
  type OutputAveraged,
  overOutputs,
  type RegressionErrors,
  type Values,
} from "./regression-errors.js";

export interface MeanAbsoluteErrorOptions<M extends MultiOutput = MultiOutput> {
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
  /** Several outputs a sample: their mean ("uniformAverage", the default) or a list ("rawValues"). */
  multiOutput?: M | undefined;
}

export function meanAbsoluteErrorMetric<M extends MultiOutput = "uniformAverage">(
  options: MeanAbsoluteErrorOptions<M> = {},
): Metric<Values, Values, OutputAveraged<M>, RegressionErrors> {
  checkOptions("options", options, ["sampleWeight", "multiOutput"]);
  const multiOutput: MultiOutput = options.multiOutput ?? "uniformAverage";
  checkChoice("multiOutput", multiOutput, ["uniformAverage", "rawValues"]);
  return {
    prediction: "values",
    initial: noErrors,
    update: addErrors,
    compute(state) {
      const values = state.outputs.map(({ absolute }) => absolute / state.weight);
      return overOutputs(state, values, multiOutput) as OutputAveraged<M>;
    },
  };
}

/**
 * The mean of |yTrue − yPred|. As scikit-learn's `mean_absolute_error`.
 * @param yTrue n finite numbers, or n lists of outputs
 * @param yPred the same shape
 * @returns a number of at least 0, or with multiOutput "rawValues" one an output
 * @throws when the input is empty or not as described
 */
export function meanAbsoluteError<M extends MultiOutput = "uniformAverage">(
  yTrue: Values,
  yPred: Values,
  options: MeanAbsoluteErrorOptions<M> = {},
): OutputAveraged<M> {
  return whole(meanAbsoluteErrorMetric(options), yTrue, yPred, options.sampleWeight);
}
