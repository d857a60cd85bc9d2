// Exercises of notebook 01, Data preprocessing.
import { exercise, type Problem } from "../exercise.js";

/** One feature of both parts, normalised. */
export interface NormalizedParts {
  train: number[];
  test: number[];
}

const cases: { train: number[]; test: number[]; expected: NormalizedParts; because: string }[] = [
  {
    train: [1, 3],
    test: [2, 7],
    expected: { train: [-1, 1], test: [0, 5] },
    because: "the training part's mean is 2 and its standard deviation 1 (the root of the mean squared distance)",
  },
  {
    train: [0, 4, 8, 4],
    test: [-4],
    expected: { train: [-Math.SQRT2, 0, Math.SQRT2, 0], test: [-2 * Math.SQRT2] },
    because: "the training part's mean is 4 and its variance 8; a test part of one sample has no spread of its own",
  },
  {
    train: [5, 5, 5],
    test: [7],
    expected: { train: [0, 0, 0], test: [2] },
    because: "what is constant in training has a standard deviation of 0: take 1 then, as scikit-learn does",
  },
];

export const preprocessingExercises = {
  normalizeParts: exercise<(train: number[], test: number[]) => NormalizedParts>({
    lesson: "01-data-preprocessing",
    task: "Normalise one feature of both parts, (x − mean) / std, without letting the test part have a say.",
    taskInChinese: "把同一个特征的训练集和测试集都归一化 (x − mean) / std，并且不让测试集的信息泄漏进来。",
    problemOf(answer) {
      for (const { train, test, expected, because } of cases) {
        const given = { train: [...train], test: [...test] };
        const found = answer(given.train, given.test);
        const asked = `train [${train.join(", ")}] and test [${test.join(", ")}]`;
        for (const part of ["train", "test"] as const) {
          const problem = listProblem(found?.[part], expected[part]);
          if (problem) return `for ${asked}, ${part} ${problem}, since ${because}`;
          if (String(given[part]) !== String({ train, test }[part]))
            return `for ${asked}, the list ${part} that it was given is changed: ${given[part].join(", ")}; expected a new list`;
        }
      }
      return undefined;
    },
  }),
};

function listProblem(found: unknown, expected: readonly number[]): Problem {
  const wanted = `expected [${expected.map((value) => value.toFixed(3)).join(", ")}]`;
  if (!Array.isArray(found)) return `is ${String(found)}; ${wanted}`;
  const fits = found.length === expected.length && expected.every((value, i) => Math.abs(found[i] - value) < 1e-6);
  return fits ? undefined : `is [${found.map((value) => Number(value).toFixed(3)).join(", ")}]; ${wanted}`;
}
