// Precision, recall and F-score of each class, and their averages: what precision.ts, recall.ts, f-beta.ts and the
// classification report share.

import { checkChoice, checkOptions, invalid } from "../engine/invalid.js";
import {
  addCounts,
  type ClassCounts,
  type ConfusionCounts,
  checkLabelKind,
  classCounts,
  noCounts,
  seenLabels,
} from "./confusion-counts.js";
import { checkLabelOption, type Label, type Labels, listLabels } from "./labels.js";
import type { Metric } from "./metric.js";
import { checkSamples, type Numbers } from "./numbers.js";

export type Average = "binary" | "micro" | "macro" | "weighted" | "none";
/** A list, one a class, for "none"; else a number. */
export type Averaged<A extends Average> = A extends "none" ? number[] : number;

export interface ClassScoreOptions<A extends Average = Average> {
  /**
   * "binary" (the default): the positive class only; "micro": over all samples; "macro": the mean over classes;
   * "weighted": the mean weighted by support; "none": a list, one a class.
   */
  average?: A | undefined;
  /** Which classes, in which order; all that occur, sorted, by default. Not for "binary". */
  labels?: Labels | undefined;
  /** The positive class of "binary"; 1 by default. */
  posLabel?: Label | undefined;
  /** The score of a class where it is 0 / 0: 0 (the default), 1, or NaN, which means leave it out of the average. */
  zeroDivision?: number | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

/** A score as a fraction, from a class's counts. */
export type Fraction = (counts: ClassCounts) => { numerator: number; denominator: number };

export const precisionFraction: Fraction = ({ truePositives, predicted }) => ({
  numerator: truePositives,
  denominator: predicted,
});

export const recallFraction: Fraction = ({ truePositives, actual }) => ({
  numerator: truePositives,
  denominator: actual,
});

/** (1 + β²)·TP / (β²·actual + predicted), divided by 1 + β², so that a large β cannot overflow. */
export function fBetaFraction(beta: number): Fraction {
  if (typeof beta !== "number" || !(beta >= 0)) throw invalid("beta", "a number, at least 0", beta);
  if (beta === 0) return precisionFraction;
  // Beyond 1e150 the square would overflow; there the score is recall to the last bit.
  if (beta > 1e150) return recallFraction;
  const square = beta ** 2;
  return ({ truePositives, predicted, actual }) => ({
    numerator: truePositives,
    denominator: (square / (1 + square)) * actual + predicted / (1 + square),
  });
}

/** The names of all options of such a score. */
export const classScoreOptions = ["average", "labels", "posLabel", "zeroDivision", "sampleWeight"];

/** The metric of such a score. */
export function classScoreMetric<A extends Average = "binary">(
  fraction: Fraction,
  options: ClassScoreOptions<A>,
): Metric<Labels, Labels, Averaged<A>, ConfusionCounts> {
  checkOptions("options", options, classScoreOptions);
  const average: Average = options.average ?? "binary";
  checkChoice("average", average, ["binary", "micro", "macro", "weighted", "none"]);
  const zeroDivision = checkZeroDivision(options.zeroDivision);
  return {
    prediction: "labels",
    initial: noCounts,
    update: addCounts,
    compute(counts) {
      checkSamples(counts.samples, counts.weight);
      const classes = classCounts(counts, labelsToScore(counts, average, options));
      return averaged(fraction, classes, average, zeroDivision) as Averaged<A>;
    },
  };
}

export function checkZeroDivision(zeroDivision = 0): number {
  checkChoice("zeroDivision", zeroDivision, [0, 1, Number.NaN]);
  return zeroDivision;
}

/** The scores by class, or their average. */
export function averaged(
  fraction: Fraction,
  classes: readonly ClassCounts[],
  average: Average,
  zeroDivision: number,
): number | number[] {
  const parts = average === "micro" ? [total(classes)] : classes;
  const scores = parts.map((counts) => {
    const { numerator, denominator } = fraction(counts);
    return denominator === 0 ? zeroDivision : numerator / denominator;
  });
  if (average === "none") return scores;
  return meanOfDefined(scores, average === "weighted" ? parts.map(({ actual }) => actual) : undefined);
}

function total(classes: readonly ClassCounts[]): ClassCounts {
  const add = (key: "truePositives" | "predicted" | "actual") => classes.reduce((sum, counts) => sum + counts[key], 0);
  return { label: "", truePositives: add("truePositives"), predicted: add("predicted"), actual: add("actual") };
}

/** The mean of what is not NaN; NaN (which zeroDivision asked for) where nothing is left. */
function meanOfDefined(scores: readonly number[], weights?: readonly number[]): number {
  const defined = scores.flatMap((score, i) => (Number.isNaN(score) ? [] : [{ score, weight: weights?.[i] ?? 1 }]));
  const weight = defined.reduce((sum, one) => sum + one.weight, 0);
  if (weight > 0) return defined.reduce((sum, one) => sum + one.score * one.weight, 0) / weight;
  return defined.reduce((sum, one) => sum + one.score, 0) / defined.length;
}

function labelsToScore(counts: ConfusionCounts, average: Average, options: ClassScoreOptions): readonly Label[] {
  const present = seenLabels(counts);
  const { labels, posLabel = 1 } = options;
  if (average === "binary") {
    if (labels !== undefined) throw invalid("labels", 'none with average "binary" (posLabel names the class)', labels);
    if (present.length > 2) {
      const rule = `"micro", "macro", "weighted" or "none" for the ${present.length} classes ${listLabels(present)}`;
      throw invalid("average", rule, average);
    }
    if (present.length === 2 && !present.includes(posLabel)) {
      throw invalid("posLabel", `one of ${listLabels(present)}`, posLabel);
    }
    return [posLabel];
  }
  if (labels === undefined) return present;
  checkLabelOption(labels);
  checkLabelKind(counts, labels, "labels");
  return Array.from(labels);
}
