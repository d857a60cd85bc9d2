// The area under the ROC curve: of two classes, or averaged over one-against-rest or one-against-one.

import { checkChoice, checkNumber, checkOptions, invalid } from "../engine/invalid.js";
import { classesOfColumns } from "./class-columns.js";
import { type Label, type Labels, listLabels, uniqueLabels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import { checkDistribution, type Numbers, type Rows } from "./numbers.js";
import { binaryScores, rank, totalOf } from "./ranking.js";
import { addSamples, type CollectedSamples, collect, noSamples, packSamples, type Samples } from "./samples.js";
import { UndefinedMetricError } from "./undefined-metric.js";

export type ScoreAverage = "micro" | "macro" | "weighted" | "none";
export type ScoreAveraged<A extends ScoreAverage> = A extends "none" ? number[] : number;

export interface RocAucOptions<A extends ScoreAverage = ScoreAverage> {
  /** More than two classes: each against the rest ("ovr"), or all pairs ("ovo"). Must be chosen. */
  multiClass?: "ovr" | "ovo" | "raise" | undefined;
  /** "macro" (the default), "weighted" by support, and for "ovr" also "micro" and "none" (a list, one a class). */
  average?: A | undefined;
  /** The classes of the columns; by default those of yTrue, sorted. */
  labels?: Labels | undefined;
  /** Two classes: the standardised area up to this false positive rate, in (0, 1] (McClish, 1989). */
  maxFpr?: number | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

export function rocAucMetric<A extends ScoreAverage = "macro">(
  options: RocAucOptions<A> = {},
): Metric<Labels, Numbers | Rows, ScoreAveraged<A>, Samples> {
  checkOptions("options", options, ["multiClass", "average", "labels", "maxFpr", "sampleWeight"]);
  const { multiClass = "raise", average = "macro", maxFpr = 1, labels } = options;
  checkChoice("average", average, ["micro", "macro", "weighted", "none"]);
  checkChoice("multiClass", multiClass, ["raise", "ovr", "ovo"]);
  if (multiClass === "ovo") checkChoice('average of "ovo"', average, ["macro", "weighted"]);
  checkNumber("maxFpr", maxFpr, { above: 0, most: 1 });
  const compute = (state: Samples): number | number[] => {
    const samples = collect(state);
    const present = uniqueLabels(samples.yTrue);
    if (present.length <= 2 && samples.columns <= 2) {
      if (present.length < 2) throw new UndefinedMetricError("yTrue", "both classes", listLabels(present));
      const positive = samples.yTrue.map((label) => label === present[1]);
      return area(positive, binaryScores(samples), samples.weights, maxFpr);
    }
    if (samples.columns === 0)
      throw invalid("scores", `one column a class (${listLabels(present)})`, "one score a sample");
    if (multiClass === "raise")
      throw invalid("multiClass", `"ovr" or "ovo" for ${samples.columns} classes`, multiClass);
    if (maxFpr !== 1) throw invalid("maxFpr", "1 for more than two classes", maxFpr);
    const columns = Array.from({ length: samples.columns }, (_, i) => samples.column(i));
    samples.yTrue.forEach((_, i) => {
      checkDistribution(
        `scores[${i}]`,
        columns.map((column) => column[i] ?? 0),
      );
    });
    const classes = classesOfColumns(present, samples.columns, labels);
    if (multiClass === "ovo") return oneVersusOne(samples, classes, columns, average === "weighted");
    return oneVersusRest(samples, classes, columns, average);
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
 * The area under the ROC curve, in [0, 1]: how probably a positive sample scores above a negative one, ties half. As
 * scikit-learn's `roc_auc_score`.
 * @param yTrue true classes, n; of two classes the larger (or alphabetically later) is the positive one
 * @param scores two classes: n finite numbers, larger for the positive class (or n × 2: the second column); more
 *   classes: n × C probabilities, each row adding up to 1
 * @returns a number, or with average "none" one a class
 * @throws when the input is empty or not as described; an UndefinedMetricError where a class has no samples, except
 *   with average "weighted", where it weighs nothing, and with "ovo", where its pairs are left out
 */
export function rocAuc<A extends ScoreAverage = "macro">(
  yTrue: Labels,
  scores: Numbers | Rows,
  options: RocAucOptions<A> = {},
): ScoreAveraged<A> {
  return whole(rocAucMetric(options), yTrue, scores, options.sampleWeight);
}

function oneVersusRest(
  { yTrue, weights }: CollectedSamples,
  classes: readonly Label[],
  columns: readonly Float64Array[],
  average: ScoreAverage,
): number | number[] {
  const is = classes.map((label) => yTrue.map((one) => one === label));
  if (average === "micro") {
    const repeated = weights && Float64Array.from(classes.flatMap(() => Array.from(weights)));
    return area(is.flat(), Float64Array.from(columns.flatMap((column) => Array.from(column))), repeated);
  }
  const supports = is.map((positive) => positive.reduce((sum, yes, i) => sum + (yes ? (weights?.[i] ?? 1) : 0), 0));
  const areas = classes.map((label, c) => {
    if (average === "weighted" && supports[c] === 0) return 0;
    return area(is[c] ?? [], columns[c] ?? [], weights, 1, label);
  });
  return average === "none" ? areas : mean(areas, average === "weighted" ? supports : undefined);
}

/** Hand and Till, 2001: the mean over pairs of classes, each pair in both directions. */
function oneVersusOne(
  { yTrue, weights }: CollectedSamples,
  classes: readonly Label[],
  columns: readonly Float64Array[],
  weighted: boolean,
): number {
  if (weights !== undefined) throw invalid("sampleWeight", 'none with multiClass "ovo"', weights);
  const found = classes.flatMap((label, c) => {
    const members = Array.from(yTrue.keys()).filter((i) => yTrue[i] === label);
    return members.length === 0 ? [] : [{ column: columns[c] ?? new Float64Array(), members }];
  });
  if (found.length < 2) throw new UndefinedMetricError("yTrue", "two or more classes", listLabels(uniqueLabels(yTrue)));
  const pairs = found.flatMap((a, i) =>
    found.slice(i + 1).map((b) => {
      const both = [...a.members, ...b.members];
      const isFirst = both.map((_, at) => at < a.members.length);
      const first = area(
        isFirst,
        both.map((at) => a.column[at] ?? 0),
      );
      const second = area(
        isFirst.map((yes) => !yes),
        both.map((at) => b.column[at] ?? 0),
      );
      return { area: (first + second) / 2, prevalence: both.length };
    }),
  );
  return mean(
    pairs.map((pair) => pair.area),
    weighted ? pairs.map((pair) => pair.prevalence) : undefined,
  );
}

function mean(values: readonly number[], weights: readonly number[] = values.map(() => 1)): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, i) => sum + value * ((weights[i] ?? 0) / total), 0);
}

/** Trapezoids under the curve, as a whole or up to a false positive rate. */
function area(positive: readonly boolean[], scores: Numbers, weights?: Numbers, maxFpr = 1, label?: Label): number {
  const { falsePositives, truePositives } = rank(positive, scores, weights);
  const [negatives, positives] = [totalOf(falsePositives), totalOf(truePositives)];
  if (!(negatives > 0 && positives > 0)) {
    const rule = label === undefined ? "samples of both classes" : `samples inside and outside of class ${label}`;
    throw new UndefinedMetricError("yTrue", rule, positives > 0 ? "none outside" : "none");
  }
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < falsePositives.length && x < maxFpr; i++) {
    const nextX = (falsePositives[i] ?? 0) / negatives;
    const nextY = (truePositives[i] ?? 0) / positives;
    const part = nextX > maxFpr ? (maxFpr - x) / (nextX - x) : 1;
    const endY = y + (nextY - y) * part;
    sum += ((nextX - x) * part * (y + endY)) / 2;
    [x, y] = [nextX, nextY];
  }
  if (maxFpr === 1) return sum;
  const least = maxFpr ** 2 / 2;
  return (1 + (sum - least) / (maxFpr - least)) / 2;
}
