// Where a curve of noisy losses falls most steeply, and where it is lowest. Called by LearningRateRange.

export interface Descent {
  /** The index of the steepest fall; undefined where nothing falls. */
  readonly steepest: number | undefined;
  /** The index of the least loss. */
  readonly lowest: number;
}

/** What a point is compared with: this share of all points to each side. */
const windowShare = 0.06;

/**
 * Both are looked for in running medians, which one lucky batch or the first loss of an explosion does not move, and which
 * do not lag behind the losses as their exponential average does. The fall at a point is the slope of the line of least
 * squares through the medians to each side, up to the lowest; points without as many on both sides are no candidates, since
 * the fewer there are, the steeper noise looks (fastai and PyTorch Lightning leave out the first and the last, too).
 * @param losses one a learning rate; the rates' logarithms are equally far apart
 */
export function descentOf(losses: readonly number[]): Descent {
  const reach = Math.max(2, Math.round(windowShare * losses.length));
  const medians = losses.map((_, i) => {
    const own = Math.min(reach, i, losses.length - 1 - i);
    return median(losses.slice(i - own, i + own + 1));
  });
  const lowest = medians.reduce((best, value, i) => (value < (medians[best] ?? Number.NaN) ? i : best), 0);
  const half = Math.min(reach, Math.floor(lowest / 2));
  let steepest: number | undefined;
  let least = 0;
  for (let i = half; i <= lowest - half; i++) {
    const fall = slope(medians.slice(i - half, i + half + 1));
    if (fall < least) [steepest, least] = [i, fall];
  }
  return { steepest, lowest };
}

function median(values: readonly number[]): number {
  // Windows have a middle and as many to each side.
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Of the line of least squares through equidistant points. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const covariance = values.reduce((total, value, i) => total + (i - middle) * value, 0);
  return covariance / values.reduce((total, _, i) => total + (i - middle) ** 2, 0);
}
