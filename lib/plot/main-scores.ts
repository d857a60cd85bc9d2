// The main scores of a classifier on any choice of its samples, from what each sample adds to them: the numbers of ml.metrics,
// to the last bit, without reading all probabilities again for each of many resamples. Called by the table of scores.
import { binned, uniformEdges } from "../metrics/calibration-curve.js";
import { averaged, type Fraction, fBetaFraction, precisionFraction, recallFraction } from "../metrics/class-scores.js";
import type { ClassCounts } from "../metrics/confusion-counts.js";
import type { ReadPredictions } from "./predictions.js";

/** @param places of samples, which may occur more than once; at least one */
export type ChosenScore = (places: readonly number[]) => number;

/** As `ml.metrics.expectedCalibrationError` by default. */
const bins = 15;

/** All classes count in the averages, also those that a choice lacks. @param read one row of probabilities a sample */
export function mainScores(read: ReadPredictions): Readonly<Record<string, ChosenScore>> {
  const { yTrue, rows } = read;
  let latest: { places: readonly number[]; counts: ClassCounts[] } | undefined;
  // Most scores of a choice are made of the same counts.
  const counts = (places: readonly number[]) => {
    if (latest?.places !== places) latest = { places, counts: classCounts(read, places) };
    return latest.counts;
  };
  const macro = (fraction: Fraction) => (places: readonly number[]) =>
    averaged(fraction, counts(places), "macro", 0) as number;
  const losses = Float64Array.from(yTrue, (label, i) => lossOf(rows[i]?.[label] ?? 0));
  const confidences = Float64Array.from(rows, (row) => row.reduce((most, value) => Math.max(most, value), 0));
  const outcomes = Float64Array.from(rows, (row, i) => Number(row.indexOf(confidences[i] ?? 0) === yTrue[i]));
  return {
    accuracy: (places) => total(counts(places), "truePositives") / places.length,
    "balanced accuracy": (places) => balancedAccuracy(counts(places)),
    "precision, macro": macro(precisionFraction),
    "recall, macro": macro(recallFraction),
    "F1 score, macro": macro(fBetaFraction(1)),
    "log loss": (places) => sumByClass(yTrue, losses, places) / places.length,
    "expected calibration error": (places) => {
      const of = (values: Float64Array) => Float64Array.from(places, (i) => values[i] ?? 0);
      const found = binned(of(confidences), of(outcomes), uniformEdges(bins));
      const gaps = found.map((bin) => Math.abs(bin.outcomes - bin.predictions));
      return gaps.reduce((sum, gap) => sum + gap, 0) / places.length;
    },
  };
}

function classCounts({ yTrue, yPred, classNames }: ReadPredictions, places: readonly number[]): ClassCounts[] {
  const [hits, predicted, actual] = [0, 0, 0].map(() => new Float64Array(classNames.length));
  for (const i of places) {
    const [label = 0, guess = 0] = [yTrue[i], yPred[i]];
    if (actual) actual[label] = (actual[label] ?? 0) + 1;
    if (predicted) predicted[guess] = (predicted[guess] ?? 0) + 1;
    if (hits && label === guess) hits[label] = (hits[label] ?? 0) + 1;
  }
  return classNames.map((_, label) => ({
    label,
    truePositives: hits?.[label] ?? 0,
    predicted: predicted?.[label] ?? 0,
    actual: actual?.[label] ?? 0,
  }));
}

function balancedAccuracy(classes: readonly ClassCounts[]): number {
  const recalls = classes.flatMap(({ truePositives, actual }) => (actual > 0 ? [truePositives / actual] : []));
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

function total(classes: readonly ClassCounts[], key: "truePositives"): number {
  return classes.reduce((sum, counts) => sum + counts[key], 0);
}

/** In the order of `ml.metrics.logLoss`: class by class, as they come. */
function sumByClass(yTrue: readonly number[], values: Float64Array, places: readonly number[]): number {
  const sums = new Map<number, number>();
  for (const i of places) {
    const label = yTrue[i] ?? 0;
    sums.set(label, (sums.get(label) ?? 0) + (values[i] ?? 0));
  }
  let all = 0;
  for (const sum of sums.values()) all += sum;
  return all;
}

function lossOf(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
}
