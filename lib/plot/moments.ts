// Mean and standard deviation as displays tell them, with what is not finite counted instead. Called by the histograms, the
// channel statistics and a tensor's own display.

export interface Moments {
  /** Finite numbers. */
  readonly count: number;
  readonly mean: number;
  /** Of the population, as numpy's `std`: divided by the count. */
  readonly std: number;
  readonly least: number;
  readonly most: number;
  readonly nan: number;
  readonly infinite: number;
}

/** @param step 3 to see every third value only, from `from` on: one channel of three */
export function moments(values: ArrayLike<number>, from = 0, step = 1): Moments {
  let [count, mean, squares, nan, infinite] = [0, 0, 0, 0, 0];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = from; i < values.length; i += step) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      // Welford's: the mean of squares minus the square of the mean would cancel.
      count++;
      const apart = value - mean;
      mean += apart / count;
      squares += apart * (value - mean);
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  const none = count === 0;
  const nothing = Number.NaN;
  return {
    count,
    mean: none ? nothing : mean,
    std: none ? nothing : Math.sqrt(squares / count),
    least: none ? nothing : least,
    most: none ? nothing : most,
    nan,
    infinite,
  };
}

/** "3 not a number and 1 infinite left out", or nothing. */
export function leftOut({ nan, infinite }: Pick<Moments, "nan" | "infinite">): string {
  const parts = [...(nan ? [`${nan.toLocaleString("en")} not a number`] : [])];
  if (infinite) parts.push(`${infinite.toLocaleString("en")} infinite`);
  return parts.length ? `${parts.join(" and ")} left out` : "";
}
