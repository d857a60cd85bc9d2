// Matthews' correlation between true and predicted classes.
import { checkOptions } from "../engine/invalid.js";
import type { WeightOptions } from "./accuracy.js";
import { addCounts, type ConfusionCounts, classCounts, noCounts, seenLabels, sum } from "./confusion-counts.js";
import type { Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import { checkSamples } from "./numbers.js";

export const matthewsMetric: Metric<Labels, Labels, number, ConfusionCounts> = {
  prediction: "labels",
  initial: noCounts,
  update: addCounts,
  compute(counts) {
    checkSamples(counts.samples, counts.weight);
    const classes = classCounts(counts, seenLabels(counts));
    // Shares, each list with a sum of its own: where there is one class only, the spread is exactly 0.
    const actual = shares(classes.map((one) => one.actual));
    const predicted = shares(classes.map((one) => one.predicted));
    const correct = sum(classes.map((one) => one.truePositives)) / sum(classes.map((one) => one.predicted));
    const both = correct - dot(actual, predicted);
    const spread = (1 - dot(actual, actual)) * (1 - dot(predicted, predicted));
    return spread > 0 ? both / Math.sqrt(spread) : 0;
  },
};

/**
 * Matthews' correlation coefficient, in [-1, 1], for any number of classes; 0 where only one class was seen as true or
 * as predicted. As scikit-learn's `matthews_corrcoef`.
 * @throws when the lists are empty, or differ in length or kind
 */
export function matthews(yTrue: Labels, yPred: Labels, options: WeightOptions = {}): number {
  checkOptions("options", options, ["sampleWeight"]);
  return whole(matthewsMetric, yTrue, yPred, options.sampleWeight);
}

function shares(values: readonly number[]): number[] {
  const total = sum(values);
  return values.map((value) => value / total);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((value, i) => value * (b[i] ?? 0)));
}
