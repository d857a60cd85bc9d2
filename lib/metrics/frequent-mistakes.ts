// Which classes are taken for which, most frequent first: how a confusion matrix too large to be read is told.

export interface Mistake {
  /** Row and column of the matrix: the true class, and what it is taken for. */
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** All entries beside the diagonal that are above 0, the largest first. */
export function frequentMistakes(matrix: readonly (readonly number[])[]): Mistake[] {
  const all = matrix.flatMap((values, row) => values.map((value, column) => ({ row, column, value })));
  return all.filter(({ row, column, value }) => row !== column && value > 0).sort((a, b) => b.value - a.value);
}

/** @param name of a class @param show how a number is written */
export function mistakesAsText(
  matrix: readonly (readonly number[])[],
  name: (index: number) => string,
  show: (value: number) => string,
  most = 15,
): string {
  const mistakes = frequentMistakes(matrix);
  const lines = mistakes
    .slice(0, most)
    .map(({ row, column, value }) => `${show(value)}  ${name(row)} taken for ${name(column)}`);
  const rest = mistakes.length > most ? [`… ${mistakes.length - most} more pairs`] : [];
  return ["most frequent mistakes:", ...(lines.length ? lines : ["none"]), ...rest].join("\n");
}
