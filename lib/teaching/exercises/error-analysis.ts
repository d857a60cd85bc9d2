// Exercises of notebook 05, Error analysis.
import { exercise, type Problem } from "../exercise.js";

/** How often one class was taken for another. */
export interface ConfusedPair {
  trueClass: number;
  predictedClass: number;
  count: number;
}

const matrices: { matrix: number[][]; most: number; expected: ConfusedPair[] }[] = [
  {
    matrix: [
      [50, 2, 0],
      [7, 40, 1],
      [0, 4, 60],
    ],
    most: 2,
    expected: [
      { trueClass: 1, predictedClass: 0, count: 7 },
      { trueClass: 2, predictedClass: 1, count: 4 },
    ],
  },
  {
    matrix: [
      [9, 1],
      [0, 8],
    ],
    most: 5,
    expected: [{ trueClass: 0, predictedClass: 1, count: 1 }],
  },
];

const ceilings: { kinds: string[]; samples: number; expected: Record<string, number> }[] = [
  {
    kinds: ["blurred", "wrong label", "blurred", "cut off"],
    samples: 10,
    expected: { blurred: 0.8, "wrong label": 0.7, "cut off": 0.7 },
  },
  { kinds: ["blurred", "blurred"], samples: 8, expected: { blurred: 1 } },
  { kinds: [], samples: 8, expected: {} },
];

export const errorAnalysisExercises = {
  confusedPairs: exercise<(matrix: number[][], most: number) => ConfusedPair[]>({
    lesson: "05-error-analysis",
    task: "List the mistakes of a confusion matrix, the most frequent first, `most` of them at most.",
    taskInChinese: "从混淆矩阵里列出错误，按次数从多到少排列，最多 `most` 个。",
    problemOf(answer) {
      for (const { matrix, most, expected } of matrices) {
        const given = matrix.map((row) => [...row]);
        const found = answer(given, most);
        const asked = `the matrix ${JSON.stringify(matrix)} and most ${most}`;
        const problem = pairsProblem(found, expected);
        if (problem) return `for ${asked}, ${problem}`;
        if (JSON.stringify(given) !== JSON.stringify(matrix))
          return `the matrix that it was given is changed: ${JSON.stringify(given)}; expected it as it was, ${JSON.stringify(matrix)}`;
      }
      return undefined;
    },
  }),
  accuracyCeilings: exercise<(kinds: string[], samples: number) => Record<string, number>>({
    lesson: "05-error-analysis",
    task: "You named the kind of each wrong sample. For each kind: how high would accuracy be if all its samples were right?",
    taskInChinese: "你给每个错误样本标了原因。对每种原因：如果它的样本全部改对，准确率会是多少？",
    problemOf(answer) {
      for (const { kinds, samples, expected } of ceilings) {
        const found = answer([...kinds], samples);
        const asked = `the mistakes ${JSON.stringify(kinds)} in ${samples} samples`;
        if (typeof found !== "object" || found === null)
          return `for ${asked} it gives ${String(found)}; expected an object, a number a kind`;
        for (const [kind, value] of Object.entries(expected))
          if (!(Math.abs((found[kind] ?? Number.NaN) - value) < 1e-9))
            return `for ${asked}, ${JSON.stringify(kind)} has ${found[kind]}; expected ${value}, since ${kinds.filter((one) => one !== kind).length} of ${samples} would still be wrong`;
        const other = Object.keys(found).find((kind) => !(kind in expected));
        if (other !== undefined)
          return `for ${asked}, it has ${JSON.stringify(other)}; expected only the kinds that occur`;
      }
      return undefined;
    },
  }),
};

function pairsProblem(found: unknown, expected: readonly ConfusedPair[]): Problem {
  const shown = ({ trueClass, predictedClass, count }: ConfusedPair) =>
    `${trueClass} taken for ${predictedClass}: ${count}`;
  const wanted = `expected ${expected.map(shown).join("; ")}`;
  if (!Array.isArray(found)) return `it gives ${String(found)}; ${wanted}`;
  const pairs = found as ConfusedPair[];
  const right = pairs.find(({ trueClass, predictedClass }) => trueClass === predictedClass);
  if (right) return `${right.trueClass} for ${right.predictedClass} is among them, which is no mistake; ${wanted}`;
  if (pairs.some(({ count }) => count === 0)) return `pairs that never occurred are among them; ${wanted}`;
  return pairs.map(shown).join("; ") === expected.map(shown).join("; ")
    ? undefined
    : `it gives ${pairs.map(shown).join("; ") || "nothing"}; ${wanted}`;
}
