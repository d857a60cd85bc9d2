// The share of samples whose class was predicted.
import { checkOptions } from "../engine/invalid.js";
import { checkLabelPairs, type Label, type Labels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import { checkSamples, checkSampleWeight, type Numbers } from "./numbers.js";

export interface WeightOptions {
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

interface Hits {
  readonly label: Label | undefined;
  readonly samples: number;
  readonly correct: number;
  readonly weight: number;
}

export const accuracyMetric: Metric<Labels, Labels, number, Hits> = {
  prediction: "labels",
  initial: { label: undefined, samples: 0, correct: 0, weight: 0 },
  update(state, yTrue, yPred, sampleWeight) {
    checkLabelPairs(yTrue, yPred, state.label);
    checkSampleWeight(sampleWeight, yTrue.length);
    let { correct, weight } = state;
    for (let i = 0; i < yTrue.length; i++) {
      const w = sampleWeight?.[i] ?? 1;
      weight += w;
      if (yTrue[i] === yPred[i]) correct += w;
    }
    return { label: state.label ?? yTrue[0], samples: state.samples + yTrue.length, correct, weight };
  },
  compute({ samples, correct, weight }) {
    checkSamples(samples, weight);
    return correct / weight;
  },
};

/**
 * The share of samples whose predicted class is the true one, in [0, 1]. As scikit-learn's `accuracy_score`.
 * @param yTrue true classes, n whole numbers or strings
 * @param yPred predicted classes, n
 * @throws when the lists are empty, differ in length or kind, or hold something else
 */
export function accuracy(yTrue: Labels, yPred: Labels, options: WeightOptions = {}): number {
  checkOptions("options", options, ["sampleWeight"]);
  return whole(accuracyMetric, yTrue, yPred, options.sampleWeight);
}
