// Answers to the exercise of notebook 14.
import type { Answers } from "./answers.js";

type Rows = number[][];

/** How many classes are more probable than the true one. */
const rank = (row: number[], label: number) => row.filter((p) => p > (row[label] ?? 0)).length;
const share = (right: boolean[]) => right.filter(Boolean).length / right.length;

export const mockInterviewAnswers: Record<string, Answers> = {
  topKAccuracy: {
    right: {
      "by rank": (yTrue: number[], rows: Rows, k: number) => share(rows.map((row, i) => rank(row, yTrue[i] ?? 0) < k)),
      "by sorting": (yTrue: number[], rows: Rows, k: number) =>
        share(
          rows.map((row, i) =>
            row
              .map((_, j) => j)
              .sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0))
              .slice(0, k)
              .includes(yTrue[i] ?? 0),
          ),
        ),
    },
    wrong: {
      accuracy: {
        answer: (yTrue: number[], rows: Rows) => share(rows.map((row, i) => rank(row, yTrue[i] ?? 0) === 0)),
        says: /it gives 0; expected 0\.5, since class 1 is second/,
      },
      "one rank too many": {
        answer: (yTrue: number[], rows: Rows, k: number) => share(rows.map((row, i) => rank(row, yTrue[i] ?? 0) <= k)),
        says: /it gives 1; expected 0\.5/,
      },
      "a count": {
        answer: (yTrue: number[], rows: Rows, k: number) =>
          rows.filter((row, i) => rank(row, yTrue[i] ?? 0) < k).length,
        says: /it gives 1; expected 0\.5, since with k = 1/,
      },
      "sorting from the least": {
        answer: (yTrue: number[], rows: Rows, k: number) =>
          share(rows.map((row, i) => row.length - 1 - rank(row, yTrue[i] ?? 0) < k)),
        says: /it gives 1; expected 0\.5, since class 1 is second/,
      },
    },
  },
};
