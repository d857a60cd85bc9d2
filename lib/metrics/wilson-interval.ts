// How sure a share is, of few samples too: the calibration curve and live accuracies have it.

/**
 * The 95 % interval of a share of n. Wilson, Probable Inference, the Law of Succession, 1927.
 * @param share in [0, 1] @param n at least 1
 */
export function wilsonInterval(share: number, n: number): { readonly low: number; readonly high: number } {
  const z = 1.959964;
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
