// How far confidence is from accuracy.

import { checkChoice, checkOptions, checkWhole, invalid } from "../engine/invalid.js";
import { binned, uniformEdges } from "./calibration-curve.js";
import { classesOfColumns } from "./class-columns.js";
import { type Label, type Labels, listLabels, positiveLabel, uniqueLabels } from "./labels.js";
import { type Metric, whole } from "./metric.js";
import { checkRowOfProbabilities, type Numbers, type Rows } from "./numbers.js";
import { addSamples, type CollectedSamples, collect, noSamples, packSamples, type Samples } from "./samples.js";

export interface ExpectedCalibrationErrorOptions {
  /** How many bins of equal width, 1 to 10,000; 15 by default. */
  bins?: number | undefined;
  /** The mean of the bins' gaps weighted by their samples ("l1", the default), or the largest gap ("max"). */
  norm?: "l1" | "max" | undefined;
  /** n × C: the classes of the columns; by default those of yTrue, sorted, or 0 … C - 1. */
  labels?: Labels | undefined;
  /** n: the class that the probabilities are of; 1 by default where the labels are 0 and 1, or -1 and 1. */
  posLabel?: Label | undefined;
  /** One weight a sample, at least 0; 1 each by default. */
  sampleWeight?: Numbers | undefined;
}

export function expectedCalibrationErrorMetric(
  options: ExpectedCalibrationErrorOptions = {},
): Metric<Labels, Numbers | Rows, number, Samples> {
  checkOptions("options", options, ["bins", "norm", "labels", "posLabel", "sampleWeight"]);
  const { bins = 15, norm = "l1", labels, posLabel } = options;
  checkWhole("bins", bins, 1, 10_000);
  checkChoice("norm", norm, ["l1", "max"]);
  return {
    prediction: "scores",
    initial: noSamples,
    pack: packSamples,
    update: addSamples,
    compute(state) {
      const samples = collect(state);
      const { confidences, outcomes } = samples.columns === 0 ? binary(samples, posLabel) : topLabel(samples, labels);
      const found = binned(confidences, outcomes, uniformEdges(bins), samples.weights);
      const total = found.reduce((sum, { count }) => sum + count, 0);
      const gaps = found.map((bin) => Math.abs(bin.outcomes - bin.predictions));
      if (norm === "max") return Math.max(...gaps.map((gap, i) => gap / (found[i]?.count ?? 1)));
      return gaps.reduce((sum, gap) => sum + gap, 0) / total;
    },
  };
}

/**
 * The expected calibration error: over bins of confidence, |accuracy − mean confidence| weighted by samples, in [0, 1].
 * With n × C probabilities the confidence is the largest of a row, as in Guo et al., On Calibration of Modern Neural
 * Networks, 2017 (arXiv 1706.04599); with n probabilities it is that of the positive class.
 * @throws when the input is empty or not as described, or when the classes do not fit the columns
 */
export function expectedCalibrationError(
  yTrue: Labels,
  probabilities: Numbers | Rows,
  options: ExpectedCalibrationErrorOptions = {},
): number {
  return whole(expectedCalibrationErrorMetric(options), yTrue, probabilities, options.sampleWeight);
}

interface Confidence {
  confidences: Numbers;
  outcomes: Numbers;
}

function binary(samples: CollectedSamples, posLabel: Label | undefined): Confidence {
  const confidences = samples.column();
  for (let i = 0; i < confidences.length; i++) checkRowOfProbabilities(`probabilities[${i}]`, [confidences[i] ?? 0]);
  const present = uniqueLabels(samples.yTrue);
  if (present.length > 2) throw invalid("yTrue", "two classes, or n × C probabilities", listLabels(present));
  const positive = positiveLabel(present, posLabel);
  return { confidences, outcomes: samples.yTrue.map((label) => Number(label === positive)) };
}

function topLabel(samples: CollectedSamples, labels: Labels | undefined): Confidence {
  const classes = classesOfColumns(uniqueLabels(samples.yTrue), samples.columns, labels);
  const columns = classes.map((_, c) => samples.column(c));
  const rows = samples.yTrue.map((_, i) => columns.map((column) => column[i] ?? 0));
  const confidences = rows.map((row, i) => {
    checkRowOfProbabilities(`probabilities[${i}]`, row);
    return Math.max(...row);
  });
  const outcomes = rows.map((row, i) => Number(classes[row.indexOf(confidences[i] ?? 0)] === samples.yTrue[i]));
  return { confidences, outcomes };
}
