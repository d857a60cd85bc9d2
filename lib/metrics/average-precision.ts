// The precision-recall curve in one number.

import { checkChoice, checkOptions, invalid } from "../engine/invalid.js";
import { classesOfColumns } from "./class-columns.js";
import { type Label, type Labels, listLabels, uniqueLabels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import type { Numbers, Rows } from "./numbers.js";
import { curveOf } from "./precision-recall-curve.js";
import { binaryScores, rank } from "./ranking.js";
import type { ScoreAverage, ScoreAveraged } from "./roc-auc.js";
import { addSamples, collect, noSamples, packSamples, type Samples } from "./samples.js";

export interface AveragePrecisionOptions<A extends ScoreAverage = ScoreAverage> {
  /** Over more than two classes: "macro" (the default), "weighted" by support, "micro", or "none" (a list). */
  average?: A | undefined;
  /** Two classes: the positive one, 1 by default. */
  posLabel?: Label | undefined;
  /** More classes: those of the columns; by default those of yTrue, sorted. */
  labels?: Labels | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

export function averagePrecisionMetric<A extends ScoreAverage = "macro">(
  options: AveragePrecisionOptions<A> = {},
): Metric<Labels, Numbers | Rows, ScoreAveraged<A>, Samples> {
  checkOptions("options", options, ["average", "posLabel", "labels", "sampleWeight"]);
  const { average = "macro", posLabel = 1, labels } = options;
  checkChoice("average", average, ["micro", "macro", "weighted", "none"]);
  const compute = (state: Samples): number | number[] => {
    const samples = collect(state);
    const { yTrue, weights } = samples;
    const present = uniqueLabels(yTrue);
    if (present.length <= 2 && samples.columns <= 2) {
      if (present.length === 2 && !present.includes(posLabel)) {
        throw invalid("posLabel", `one of ${listLabels(present)}`, posLabel);
      }
      return areaOfSteps(
        yTrue.map((label) => label === posLabel),
        binaryScores(samples),
        weights,
      );
    }
    if (samples.columns === 0)
      throw invalid("scores", `one column a class (${listLabels(present)})`, "one score a sample");
    const classes = classesOfColumns(present, samples.columns, labels);
    const columns = classes.map((_, c) => samples.column(c));
    const is = classes.map((label) => yTrue.map((one) => one === label));
    if (average === "micro") {
      const repeated = weights && Float64Array.from(classes.flatMap(() => Array.from(weights)));
      return areaOfSteps(is.flat(), Float64Array.from(columns.flatMap((column) => Array.from(column))), repeated);
    }
    const areas = is.map((positive, c) => areaOfSteps(positive, columns[c] ?? [], weights));
    if (average === "none") return areas;
    const supports = is.map((positive) =>
      average === "macro" ? 1 : positive.reduce((sum, yes, i) => sum + (yes ? (weights?.[i] ?? 1) : 0), 0),
    );
    const total = supports.reduce((sum, support) => sum + support, 0);
    return areas.reduce((sum, one, c) => sum + one * ((supports[c] ?? 0) / total), 0);
  };
  return {
    prediction: "scores",
    initial: noSamples,
    pack: packSamples,
    update: addSamples,
    compute: (samples) => compute(samples) as ScoreAveraged<A>,
  };
}

/**
 * Average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ over the thresholds, in [0, 1], without interpolation. As scikit-learn's
 * `average_precision_score`: 0 for a class without samples.
 * @param yTrue true classes, n
 * @param scores two classes: n finite numbers, larger for the positive class (or n × 2); more classes: n × C
 * @returns a number, or with average "none" one a class
 * @throws when the input is empty or not as described
 */
export function averagePrecision<A extends ScoreAverage = "macro">(
  yTrue: Labels,
  scores: Numbers | Rows,
  options: AveragePrecisionOptions<A> = {},
): ScoreAveraged<A> {
  return whole(averagePrecisionMetric(options), yTrue, scores, options.sampleWeight);
}

function areaOfSteps(positive: readonly boolean[], scores: Numbers, weights?: Numbers): number {
  const { precision, recall } = curveOf(rank(positive, scores, weights));
  let sum = 0;
  for (let i = 0; i + 1 < recall.length; i++) sum += ((recall[i] ?? 0) - (recall[i + 1] ?? 0)) * (precision[i] ?? 0);
  return sum;
}
