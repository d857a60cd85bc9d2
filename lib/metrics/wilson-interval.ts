// How sure a share is: an interval that also holds of few samples and of shares near 1, where resampling finds none. Calibration curves, live
// accuracies, and the gates and canaries of releases have it.

/** The 97.5 % quantile of the normal distribution: intervals of 95 %. */
const z = 1.959963984540054;

/**
 * The 95 % score interval of a share of n (Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927; scipy's
 * `binomtest(…).proportion_ci(method="wilson")`).
 * @param share in [0, 1] @param n at least 1
 */
export function wilsonInterval(share: number, n: number): { readonly low: number; readonly high: number } {
  const scale = 1 + z ** 2 / n;
  const middle = (share + z ** 2 / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return {
    low: share === 0 ? 0 : Math.max(0, middle - half),
    high: share === 1 ? 1 : Math.min(1, middle + half),
  };
}
