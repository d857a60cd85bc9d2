// Exercises of notebook 04, Evaluation.
import { exercise } from "../exercise.js";

const cases: { counts: [number, number, number]; expected: number; because: string }[] = [
  { counts: [8, 2, 4], expected: 16 / 22, because: "2·8 / (2·8 + 2 + 4)" },
  { counts: [1, 9, 0], expected: 2 / 11, because: "the harmonic mean of 0.1 and 1 stays near the smaller one" },
  { counts: [0, 3, 5], expected: 0, because: "nothing was found" },
  { counts: [0, 0, 0], expected: 0, because: "where there is nothing to find, scikit-learn says 0 as well" },
];

export const evaluationExercises = {
  f1FromCounts: exercise<(truePositives: number, falsePositives: number, falseNegatives: number) => number>({
    lesson: "04-evaluation",
    task: "Write F1 as a function of true positives, false positives and false negatives.",
    taskInChinese: "用真正例、假正例、假负例的个数写出 F1。",
    problemOf(answer) {
      for (const { counts, expected, because } of cases) {
        const found = answer(...counts);
        if (!(Math.abs(found - expected) < 1e-9))
          return `for the counts ${counts.join(", ")} it gives ${found}; expected ${expected.toFixed(4)}, since ${because}`;
      }
      return undefined;
    },
  }),
};
