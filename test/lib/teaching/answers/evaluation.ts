// Answers to the exercises of notebook 04.
import type { Answers } from "./answers.js";

export const evaluationAnswers: Record<string, Answers> = {
  f1FromCounts: {
    right: {
      "the counts' own formula": (tp: number, fp: number, fn: number) => (tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn)),
    },
    wrong: {
      "the arithmetic mean": {
        answer: (tp: number, fp: number, fn: number) => (tp / (tp + fp) + tp / (tp + fn)) / 2,
        says: /counts 8, 2, 4 it gives 0\.73\d*; expected 0\.7273/,
      },
      "accuracy of what was found": {
        answer: (tp: number, fp: number, fn: number) => tp / (tp + fp + fn),
        says: /expected 0\.7273/,
      },
      "dividing nothing by nothing": {
        answer: (tp: number, fp: number, fn: number) => (2 * tp) / (2 * tp + fp + fn),
        says: /counts 0, 0, 0 it gives NaN; expected 0\.0000/,
      },
      "what throws": {
        answer: () => {
          throw new TypeError("not yet");
        },
        says: /throws TypeError: not yet/,
      },
    },
  },
};
