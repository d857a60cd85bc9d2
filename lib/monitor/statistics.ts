// How far two samples are apart, from counts: of values in order (Kolmogorov and Smirnov), of classes or bins (χ², PSI, Jensen and
// Shannon). Used by drift.ts for what came, and by calibration.ts for what chance alone makes.

/** Numbers a class or a bin, as many in both samples. */
export type Counts = ArrayLike<number>;

export type DriftMethod = "ks" | "chiSquare" | "psi" | "jensenShannon";

/**
 * The two-sample statistic D: the largest distance between the samples' distribution functions, in [0, 1] (Kolmogorov, 1933; Smirnov, 1939;
 * scipy.stats.ks_2samp).
 * @param reference how often each of the values, in ascending order, is in one sample; @param current in the other
 */
export function kolmogorovSmirnov(reference: Counts, current: Counts): number {
  const [n, m] = [total(reference), total(current)];
  let [a, b, most] = [0, 0, 0];
  for (let i = 0; i < reference.length; i++) {
    a += reference[i] ?? 0;
    b += current[i] ?? 0;
    most = Math.max(most, Math.abs(a / n - b / m));
  }
  return most;
}

/**
 * Pearson's statistic of the 2 × K table, at least 0; classes that are in neither sample don't count (scipy.stats.chi2_contingency without
 * correction).
 */
export function chiSquare(reference: Counts, current: Counts): number {
  const [n, m] = [total(reference), total(current)];
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const [a, b] = [reference[i] ?? 0, current[i] ?? 0];
    if (a + b === 0) continue;
    const [expectedA, expectedB] = [((a + b) * n) / (n + m), ((a + b) * m) / (n + m)];
    sum += (a - expectedA) ** 2 / expectedA + (b - expectedB) ** 2 / expectedB;
  }
  return sum;
}

/** What stands for the share of an empty bin in {@link populationStabilityIndex}, whose logarithm needs one. */
export const emptyShare = 1e-4;

/** The population stability index Σ (p − q) ln(p / q), at least 0; the share of an empty bin counts as 0.0001. */
export function populationStabilityIndex(reference: Counts, current: Counts): number {
  const [n, m] = [total(reference), total(current)];
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const [a, b] = [reference[i] ?? 0, current[i] ?? 0];
    if (a + b === 0) continue;
    const [p, q] = [a === 0 ? emptyShare : a / n, b === 0 ? emptyShare : b / m];
    sum += (q - p) * Math.log(q / p);
  }
  return sum;
}

/** The Jensen–Shannon distance with logarithms of base 2, in [0, 1] (Lin, 1991; scipy.spatial.distance.jensenshannon). */
export function jensenShannon(reference: Counts, current: Counts): number {
  const [n, m] = [total(reference), total(current)];
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const [p, q] = [(reference[i] ?? 0) / n, (current[i] ?? 0) / m];
    const middle = (p + q) / 2;
    if (p > 0) sum += p * Math.log2(p / middle);
    if (q > 0) sum += q * Math.log2(q / middle);
  }
  return Math.sqrt(Math.max(0, sum) / 2);
}

export const statistics: Readonly<Record<DriftMethod, (reference: Counts, current: Counts) => number>> = {
  ks: kolmogorovSmirnov,
  chiSquare,
  psi: populationStabilityIndex,
  jensenShannon,
};

function total(counts: Counts): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i] ?? 0;
  return sum;
}
