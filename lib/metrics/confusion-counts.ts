// How often each class was predicted for each: the state behind all metrics that compare labels with labels.

import { checkLabelOption, checkLabelPairs, checkLabels, type Label, type Labels, uniqueLabels } from "./labels.js";
import { checkSamples, checkSampleWeight, type Numbers } from "./numbers.js";
import { UndefinedMetricError } from "./undefined-metric.js";

export interface ConfusionCounts {
  /** true label → predicted label → weight of the samples */
  readonly cells: ReadonlyMap<Label, ReadonlyMap<Label, number>>;
  readonly samples: number;
  readonly weight: number;
}

export const noCounts: ConfusionCounts = { cells: new Map(), samples: 0, weight: 0 };

/** The counts with these samples added. @throws when labels or weights are not what they should be */
export function addCounts(
  counts: ConfusionCounts,
  yTrue: Labels,
  yPred: Labels,
  sampleWeight?: Numbers,
): ConfusionCounts {
  const [seen] = counts.cells.keys();
  checkLabelPairs(yTrue, yPred, seen);
  checkSampleWeight(sampleWeight, yTrue.length);
  const cells = new Map(Array.from(counts.cells, ([label, row]) => [label, new Map(row)]));
  let { weight } = counts;
  for (let i = 0; i < yTrue.length; i++) {
    const truth = yTrue[i] as Label;
    const predicted = yPred[i] as Label;
    const w = sampleWeight?.[i] ?? 1;
    let row = cells.get(truth);
    if (row === undefined) {
      row = new Map();
      cells.set(truth, row);
    }
    row.set(predicted, (row.get(predicted) ?? 0) + w);
    weight += w;
  }
  return { cells, samples: counts.samples + yTrue.length, weight };
}

/** All labels that were seen, as true or as predicted, sorted. */
export function seenLabels({ cells }: ConfusionCounts): Label[] {
  return uniqueLabels(cells.keys(), ...Array.from(cells.values(), (row) => row.keys()));
}

/** @throws unless `label` is of the kind of the labels that were seen. */
export function checkLabelKind(counts: ConfusionCounts, labels: Labels, name: string): void {
  const [seen] = counts.cells.keys();
  if (seen !== undefined) checkLabels(name, labels, seen);
}

/** The counts as a square table, over the labels asked for (in their order) or all that were seen (sorted). */
export function confusionTable(
  counts: ConfusionCounts,
  labels?: Labels,
): { labels: readonly Label[]; matrix: number[][] } {
  checkSamples(counts.samples, counts.weight);
  let order = seenLabels(counts);
  if (labels !== undefined) {
    checkLabelOption(labels);
    checkLabelKind(counts, labels, "labels");
    order = Array.from(labels);
    if (!order.some((label) => counts.cells.has(label))) {
      throw new UndefinedMetricError("labels", "at least one label that yTrue has", labels);
    }
  }
  const matrix = order.map((truth) => order.map((predicted) => counts.cells.get(truth)?.get(predicted) ?? 0));
  return { labels: order, matrix };
}

/** What precision and recall are made of, for one class. */
export interface ClassCounts {
  readonly label: Label;
  /** Weight of the samples of this class that were predicted so. */
  readonly truePositives: number;
  /** Weight of all samples predicted so. */
  readonly predicted: number;
  /** Weight of all samples of this class: the support. */
  readonly actual: number;
}

/** The counts by class, over the labels asked for (in their order; they need not occur) or all that were seen. */
export function classCounts(counts: ConfusionCounts, labels: readonly Label[]): ClassCounts[] {
  const predicted = new Map<Label, number>();
  for (const row of counts.cells.values()) {
    for (const [label, weight] of row) predicted.set(label, (predicted.get(label) ?? 0) + weight);
  }
  return labels.map((label) => {
    const row = counts.cells.get(label);
    return {
      label,
      truePositives: row?.get(label) ?? 0,
      predicted: predicted.get(label) ?? 0,
      actual: row === undefined ? 0 : sum(row.values()),
    };
  });
}

/** Adds up in order. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
