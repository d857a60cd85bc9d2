// The scores of several folds in two numbers each, and how they are written. Used by both kinds of cross-validation: of a model in
// a cell, and of trials in threads or on other machines.

type Scores = Readonly<Record<string, number>>;

export interface FoldStatistics {
  /** Of each score over the folds; NaN where a fold has no such score. */
  readonly mean: Scores;
  /** Of the folds' scores (n − 1 below the line). */
  readonly standardDeviation: Scores;
}

export function foldStatistics(folds: readonly { readonly scores: Scores }[]): FoldStatistics {
  const mean: Record<string, number> = {};
  const standardDeviation: Record<string, number> = {};
  for (const name of new Set(folds.flatMap(({ scores }) => Object.keys(scores)))) {
    const values = folds.map(({ scores }) => scores[name] ?? Number.NaN);
    const center = values.reduce((a, b) => a + b, 0) / values.length;
    mean[name] = center;
    standardDeviation[name] = Math.sqrt(
      values.reduce((total, value) => total + (value - center) ** 2, 0) / (values.length - 1),
    );
  }
  return { mean, standardDeviation };
}

/** "loss 0.1234 ± 0.0100" for each score. */
export function foldSentences({ mean, standardDeviation }: FoldStatistics): string[] {
  return Object.keys(mean).map((name) => `${name} ${scoreText(mean[name])} ± ${scoreText(standardDeviation[name])}`);
}

/** A dash where there is none. */
export function scoreText(value = Number.NaN): string {
  return Number.isNaN(value) ? "–" : value.toFixed(4);
}
