// What a benchmark must reach beside a contender measured in the same rounds, and which bars were missed. Called by training.ts.

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The median over the rounds of each round's ratio; not a number where the other one did not answer. */
export function medianRatio(rates: readonly number[], others: readonly number[]): number {
  return others.every((other) => other > 0) ? median(rates.map((rate, i) => rate / (others[i] ?? 0))) : Number.NaN;
}

export class Bars {
  /** One line a bar that was not met. */
  readonly missed: string[] = [];

  /** Says whether the ratio reaches the bar; one that is not a number does not. */
  judge(title: string, ratio: number, bar: number): "met" | "NOT met" {
    if (ratio >= bar) return "met";
    this.missed.push(`${title}: ${ratio.toFixed(2)}, bar ${bar}`);
    return "NOT met";
  }
}
