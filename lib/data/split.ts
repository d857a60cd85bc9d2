// Cuts one data set into several: training, validation, test.

import { checkBoolean, checkOptions, invalid } from "../engine/invalid.js";
import { countUp, type Random, seedOrRandom, Xoshiro128 } from "../engine/random.js";
import { Dataset } from "./dataset.js";

export interface SplitOptions {
  /** Whole number in [0, 2³²): the same parts on every machine; by default other parts each time. */
  readonly seed?: number;
  /** Keep each class's share in every part; false by default. Needs classes. */
  readonly stratify?: boolean;
  /** Draw at random, the default; false cuts the data set in its order. */
  readonly shuffle?: boolean;
}

/**
 * Cuts a data set into parts without a sample in common. Parts share the data set's memory.
 * @param parts shares that sum to 1 ([0.9, 0.1]), or counts that sum to at most the data set's length ([5000, 1000])
 * @returns one data set a part, of the size asked for (shares are rounded by largest remainder: no sample is lost). With
 *   stratify, each class is cut in the same proportions, give or take a sample
 * @throws when parts do not fit, or a part would be empty
 */
export function split<const Parts extends readonly number[]>(
  dataset: Dataset,
  parts: Parts,
  options: SplitOptions = {},
): { -readonly [Part in keyof Parts]: Dataset } {
  return partsOf(dataset, parts, options) as { -readonly [Part in keyof Parts]: Dataset };
}

function partsOf(dataset: Dataset, parts: readonly number[], options: SplitOptions): Dataset[] {
  if (!(dataset instanceof Dataset)) throw invalid("dataset", "a data set of ml.data", dataset);
  checkOptions("options", options, ["seed", "stratify", "shuffle"]);
  const { stratify = false, shuffle = true } = options;
  checkBoolean("stratify", stratify);
  checkBoolean("shuffle", shuffle);
  const counts = countsOf(parts, dataset.length);
  const random = shuffle ? new Xoshiro128(seedOrRandom(options.seed)) : undefined;
  if (!stratify) {
    const order = random?.permutation(dataset.length) ?? countUp(dataset.length);
    let start = 0;
    return counts.map((count) => {
      start += count;
      return dataset.subset(order.subarray(start - count, start));
    });
  }
  const chosen = deal(samplesByClass(dataset, random), [...counts, dataset.length - sum(counts)]);
  return counts.map((_, part) => {
    const indices = chosen[part] ?? [];
    return dataset.subset(random?.shuffle(indices) ?? indices.sort((a, b) => a - b));
  });
}

/** The samples of each class that occurs, in random order where there is a `random`. @throws where labels are no classes */
export function samplesByClass({ classNames, labels }: Dataset, random: Random | undefined): Uint32Array[] {
  if (!classNames.length) throw invalid("stratify", "false, as labels are no classes", true);
  const groups: number[][] = classNames.map(() => []);
  labels.forEach((label, i) => {
    groups[label]?.push(i);
  });
  return groups
    .filter((group) => group.length > 0)
    .map((group) => random?.shuffle(Uint32Array.from(group)) ?? Uint32Array.from(group));
}

/**
 * Deals out all samples, group after group, to parts of the given sizes: each sample goes to the part that has the most
 * outstanding (smooth weighted round robin), so that every part gets its share of every group and exactly its size in all.
 */
export function deal(groups: readonly Uint32Array[], sizes: readonly number[]): number[][] {
  const total = sum(sizes);
  const outstanding = sizes.map(() => 0);
  const parts: number[][] = sizes.map(() => []);
  for (const group of groups) {
    for (const index of group) {
      let most = 0;
      for (let part = 0; part < sizes.length; part++) {
        outstanding[part] = (outstanding[part] ?? 0) + (sizes[part] ?? 0);
        if ((outstanding[part] ?? 0) > (outstanding[most] ?? 0)) most = part;
      }
      outstanding[most] = (outstanding[most] ?? 0) - total;
      parts[most]?.push(index);
    }
  }
  return parts;
}

function countsOf(parts: readonly number[], length: number): number[] {
  if (!Array.isArray(parts) || parts.length === 0) throw invalid("parts", "a list of shares or counts", parts);
  parts.forEach((part: unknown, i) => {
    if (typeof part !== "number" || !Number.isFinite(part) || part <= 0) throw invalid(`parts[${i}]`, "above 0", part);
  });
  const total = sum(parts);
  // [1] is everything, not one sample.
  const shares = Math.abs(total - 1) < 1e-9;
  if (!shares && !(parts.every((part) => Number.isInteger(part)) && total <= length)) {
    throw invalid("parts", `shares that sum to 1, or counts that sum to at most ${length}`, parts);
  }
  const counts = shares ? largestRemainders(parts, length) : [...parts];
  const empty = counts.indexOf(0);
  if (empty >= 0) throw invalid(`parts[${empty}]`, `enough for at least one of ${length} samples`, parts[empty]);
  return counts;
}

/** Whole numbers that sum to `total` in proportion to `shares`: the largest remainders are rounded up. */
function largestRemainders(shares: readonly number[], total: number): number[] {
  const counts = shares.map((share) => Math.floor(share * total + 1e-9));
  const remainders = shares.map((share, i) => ({ i, remainder: share * total - (counts[i] ?? 0) }));
  remainders.sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of remainders.slice(0, total - sum(counts))) counts[i] = (counts[i] ?? 0) + 1;
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
