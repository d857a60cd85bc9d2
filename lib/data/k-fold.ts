// Cross-validation's folds: every sample is in exactly one validation part.

import { checkBoolean, checkOptions, checkWhole, invalid, isList } from "../engine/invalid.js";
import { countUp, type Random, seedOrRandom, Xoshiro128 } from "../engine/random.js";
import { Dataset } from "./dataset.js";
import { deal, samplesByClass } from "./split.js";

export interface KFoldOptions {
  /** How many, from 2 to the number of samples (or groups); 5 by default. */
  readonly folds?: number;
  /** Whole number in [0, 2³²): the same folds on every machine; by default other folds each time. */
  readonly seed?: number;
  /** Keep each class's share in every fold; false by default. Needs classes. */
  readonly stratify?: boolean;
  /** Draw at random, the default; false takes samples in their order. */
  readonly shuffle?: boolean;
  /** What each sample belongs to (a patient, a document): a group is never on both sides. One number or name a sample. */
  readonly groups?: ArrayLike<number> | ArrayLike<string>;
}

export interface Fold {
  /** From 0. */
  readonly fold: number;
  readonly train: Dataset;
  readonly validation: Dataset;
}

/**
 * The folds of k-fold cross-validation, each a pair of data sets that share the data set's memory. Folds differ by at most
 * one sample in size, with groups as little as the groups permit; with stratify, each fold holds about as many of each
 * class. Groups and stratify go together as in scikit-learn's StratifiedGroupKFold: large groups first, each into the fold
 * where it balances the classes best.
 * @throws when there are fewer samples, or groups, than folds
 */
export function kFold(dataset: Dataset, options: KFoldOptions = {}): Fold[] {
  if (!(dataset instanceof Dataset)) throw invalid("dataset", "a data set of ml.data", dataset);
  checkOptions("options", options, ["folds", "seed", "stratify", "shuffle", "groups"]);
  const { folds = 5, stratify = false, shuffle = true, groups } = options;
  checkBoolean("stratify", stratify);
  checkBoolean("shuffle", shuffle);
  checkWhole("folds", folds, 2, Math.max(2, dataset.length));
  if (dataset.length < folds) throw invalid("folds", `at most ${dataset.length}, the number of samples`, folds);
  const random = shuffle ? new Xoshiro128(seedOrRandom(options.seed)) : undefined;
  const foldOf =
    groups === undefined
      ? bySample(dataset, folds, stratify, random)
      : byGroup(dataset, folds, stratify, random, groups);
  return Array.from({ length: folds }, (_, fold) => {
    const train: number[] = [];
    const validation: number[] = [];
    foldOf.forEach((other, i) => {
      (other === fold ? validation : train).push(i);
    });
    return { fold, train: dataset.subset(train), validation: dataset.subset(validation) };
  });
}

/** The fold of each sample. */
function bySample(dataset: Dataset, folds: number, stratify: boolean, random: Random | undefined): Uint32Array {
  const sizes = Array.from({ length: folds }, (_, i) => Math.floor((dataset.length + i) / folds)).reverse();
  const foldOf = new Uint32Array(dataset.length);
  if (stratify) {
    deal(samplesByClass(dataset, random), sizes).forEach((part, fold) => {
      for (const index of part) foldOf[index] = fold;
    });
    return foldOf;
  }
  const order = random?.permutation(dataset.length) ?? countUp(dataset.length);
  let start = 0;
  sizes.forEach((size, fold) => {
    for (const index of order.subarray(start, start + size)) foldOf[index] = fold;
    start += size;
  });
  return foldOf;
}

/** The same for whole groups. */
function byGroup(
  dataset: Dataset,
  folds: number,
  stratify: boolean,
  random: Random | undefined,
  groups: ArrayLike<number> | ArrayLike<string>,
): Uint32Array {
  if (!isList(groups) || groups.length !== dataset.length)
    throw invalid("groups", `one a sample, ${dataset.length}`, groups);
  if (stratify && !dataset.classNames.length) throw invalid("stratify", "false, as labels are no classes", true);
  const members = new Map<number | string, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i];
    if ((typeof group !== "number" && typeof group !== "string") || Number.isNaN(group))
      throw invalid(`groups[${i}]`, "a number or a name", group);
    const own = members.get(group);
    if (own === undefined) members.set(group, [i]);
    else own.push(i);
  }
  if (members.size < folds) throw invalid("folds", `at most ${members.size}, the number of groups`, folds);
  const all = [...members.values()];
  const shuffled = Array.from(random?.permutation(all.length) ?? countUp(all.length), (i) => all[i] ?? []);
  // Without classes, one class that holds all samples: then only sizes are balanced.
  const classes = stratify ? dataset.classNames.length : 1;
  const labelOf = (i: number) => (stratify ? (dataset.labels[i] ?? 0) : 0);
  const totals = countLabels(countUp(dataset.length), classes, labelOf);
  const counted = shuffled.map((indices) => ({ indices, counts: countLabels(indices, classes, labelOf) }));
  counted.sort((a, b) => b.indices.length - a.indices.length);
  const filled = Array.from({ length: folds }, () => new Float64Array(classes));
  const foldOf = new Uint32Array(dataset.length);
  counted.forEach(({ indices, counts }, placed) => {
    // The last groups go where none is yet, so that no fold stays empty.
    const empty = filled.flatMap((fold, i) => (fold.every((count) => count === 0) ? [i] : []));
    const open = counted.length - placed <= empty.length ? empty : filled.map((_, i) => i);
    let best = open[0] ?? 0;
    let least = Number.POSITIVE_INFINITY;
    for (const fold of open) {
      const cost = imbalance(filled[fold], counts, totals);
      if (cost < least - 1e-12) [best, least] = [fold, cost];
    }
    counts.forEach((count, label) => {
      const fold = filled[best];
      if (fold !== undefined) fold[label] = (fold[label] ?? 0) + count;
    });
    for (const index of indices) foldOf[index] = best;
  });
  return foldOf;
}

function countLabels(indices: ArrayLike<number>, classes: number, labelOf: (i: number) => number): Float64Array {
  const counts = new Float64Array(classes);
  for (let k = 0; k < indices.length; k++) {
    const label = labelOf(indices[k] ?? 0);
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

/**
 * By how much the sum of squares of the fold's shares of each class grows when the group joins it. The sum over all folds
 * is least when every fold has the same share, so the fold where it grows least balances best.
 */
function imbalance(fold: Float64Array | undefined, counts: Float64Array, totals: Float64Array): number {
  return counts.reduce((cost, count, label) => {
    const total = totals[label] ?? 0;
    const before = fold?.[label] ?? 0;
    return total === 0 ? cost : cost + (count * (2 * before + count)) / total ** 2;
  }, 0);
}
