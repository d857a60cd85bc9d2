// Answers to the exercises of notebook 05.
import type { Answers } from "./answers.js";

interface Pair {
  trueClass: number;
  predictedClass: number;
  count: number;
}

const pairs = (matrix: number[][]): Pair[] =>
  matrix.flatMap((row, trueClass) => row.map((count, predictedClass) => ({ trueClass, predictedClass, count })));
const isWrong = ({ trueClass, predictedClass }: Pair) => trueClass !== predictedClass;
const occurs = ({ count }: Pair) => count > 0;
const most = (all: Pair[], count: number) => all.toSorted((a, b) => b.count - a.count).slice(0, count);

const ceilings = (kinds: string[], of: (left: number, own: number) => number) =>
  Object.fromEntries(
    [...new Set(kinds)].map((kind) => {
      const own = kinds.filter((one) => one === kind).length;
      return [kind, of(kinds.length - own, own)];
    }),
  );

export const errorAnalysisAnswers: Record<string, Answers> = {
  confusedPairs: {
    right: {
      "what is off the diagonal": (matrix: number[][], count: number) =>
        most(pairs(matrix).filter(isWrong).filter(occurs), count),
    },
    wrong: {
      "with the diagonal": {
        answer: (matrix: number[][], count: number) => most(pairs(matrix).filter(occurs), count),
        says: /2 for 2 is among them, which is no mistake; expected 1 taken for 0: 7; 2 taken for 1: 4/,
      },
      "the rarest first": {
        answer: (matrix: number[][], count: number) =>
          pairs(matrix)
            .filter(isWrong)
            .filter(occurs)
            .toSorted((a, b) => a.count - b.count)
            .slice(0, count),
        says: /gives 1 taken for 2: 1; 0 taken for 1: 2; expected/,
      },
      "rows and columns exchanged": {
        answer: (matrix: number[][], count: number) =>
          most(pairs(matrix).filter(isWrong).filter(occurs), count).map((pair) => ({
            trueClass: pair.predictedClass,
            predictedClass: pair.trueClass,
            count: pair.count,
          })),
        says: /gives 0 taken for 1: 7; .*expected 1 taken for 0: 7/,
      },
      "all of them": {
        answer: (matrix: number[][]) => most(pairs(matrix).filter(isWrong).filter(occurs), 100),
        says: /gives 1 taken for 0: 7; 2 taken for 1: 4; 0 taken for 1: 2/,
      },
      "what never occurred": {
        answer: (matrix: number[][], count: number) => most(pairs(matrix).filter(isWrong), count),
        says: /most 5, pairs that never occurred are among them/,
      },
      "a cleared diagonal": {
        answer: (matrix: number[][], count: number) => {
          matrix.forEach((row, i) => {
            row[i] = 0;
          });
          return most(pairs(matrix).filter(occurs), count);
        },
        says: /matrix that it was given is changed: \[\[0,2,0\]/,
      },
      "nothing returned": { answer: () => undefined, says: /it gives undefined; expected 1 taken for 0/ },
    },
  },
  accuracyCeilings: {
    right: {
      "what would still be wrong": (kinds: string[], samples: number) => ceilings(kinds, (left) => 1 - left / samples),
    },
    wrong: {
      "as if there were no others": {
        answer: (kinds: string[]) => ceilings(kinds, () => 1),
        says: /"blurred" has 1; expected 0\.8, since 2 of 10 would still be wrong/,
      },
      "the share of the mistakes": {
        answer: (kinds: string[]) => ceilings(kinds, (_, own) => own / kinds.length),
        says: /"blurred" has 0\.5; expected 0\.8/,
      },
      "what is won": {
        answer: (kinds: string[], samples: number) => ceilings(kinds, (_, own) => own / samples),
        says: /"blurred" has 0\.2; expected 0\.8/,
      },
      "another kind": {
        answer: (kinds: string[], samples: number) => ({ ...ceilings(kinds, (left) => 1 - left / samples), all: 1 }),
        says: /it has "all"; expected only the kinds that occur/,
      },
      "nothing returned": { answer: () => undefined, says: /it gives undefined; expected an object/ },
    },
  },
};
