// How sure a share of right answers is: an interval that also holds for few samples and for shares near 1, where resampling finds none.
// Used by the gate and the canary.

export interface ShareInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

/** The 97.5 % quantile of the normal distribution: intervals of 95 %. */
const z = 1.959963984540054;

/**
 * The score interval of a binomial share (Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927; scipy's
 * `binomtest(…).proportion_ci(method="wilson")`).
 * @param right how many of them @param samples at least 1
 */
export function wilson(right: number, samples: number): ShareInterval {
  const value = right / samples;
  const scale = 1 + z ** 2 / samples;
  const middle = (value + z ** 2 / (2 * samples)) / scale;
  const half = (z / scale) * Math.sqrt((value * (1 - value)) / samples + z ** 2 / (4 * samples ** 2));
  return {
    value,
    low: right === 0 ? 0 : Math.max(0, middle - half),
    high: right === samples ? 1 : Math.min(1, middle + half),
    samples,
  };
}
