// Exercises of notebook 09, Compression.
import { show } from "../../engine/invalid.js";
import { exercise, type Problem } from "../exercise.js";

/** Weights as whole numbers, and what one step of them is worth. */
export interface Int8Weights {
  /** What one step is worth; above 0. */
  readonly scale: number;
  /** Whole numbers from −127 to 127, one a weight. */
  readonly values: ArrayLike<number>;
}

/** A model that may be chosen. */
export interface Candidate {
  readonly name: string;
  readonly kilobytes: number;
  readonly accuracy: number;
}

const weights: { values: number[]; because: string }[] = [
  {
    values: [1.27, -0.508, 0.017],
    because: "the largest weight is 127 steps, and the others go to the nearest step",
  },
  { values: [-2.54, 1, 0.5], because: "the largest |weight| may be a negative one" },
  { values: [0.001, -0.0004, 0], because: "the scale follows the weights, however small they are" },
  { values: [0, 0, 0], because: "weights that are all 0 need a scale that can divide" },
];

const fields: { candidates: Candidate[]; expected: string[]; because: string }[] = [
  {
    candidates: [of("float", 100, 0.97), of("int8", 25, 0.96), of("pruned", 50, 0.94)],
    expected: ["float", "int8"],
    because: "int8 is smaller than pruned and more accurate",
  },
  {
    candidates: [of("a", 10, 0.9), of("b", 20, 0.9), of("c", 10, 0.8)],
    expected: ["a"],
    because: "a is as accurate as b and smaller, and as small as c and more accurate",
  },
  {
    candidates: [of("a", 10, 0.9), of("b", 10, 0.9), of("c", 5, 0.5)],
    expected: ["a", "b", "c"],
    because: "neither of two that are equal is better than the other",
  },
];

export const compressionExercises = {
  quantizeInt8: exercise<(values: number[]) => Int8Weights>({
    lesson: "09-compression",
    task: "Quantise weights to int8, symmetrically: one scale, whole numbers from −127 to 127, so that scale · number is within half a step of the weight.",
    taskInChinese:
      "对称地把权重量化为 int8：一个缩放因子 scale，−127 到 127 的整数，使 scale · 整数 与原权重的误差不超过半步。",
    problemOf(answer) {
      for (const { values, because } of weights) {
        const problem = problemOfWeights(values, answer([...values]));
        if (problem !== undefined) return `for the weights ${show(values)} ${problem}, since ${because}`;
      }
      return undefined;
    },
  }),

  frontier: exercise<(candidates: Candidate[]) => string[]>({
    lesson: "09-compression",
    task: "Name the models on the frontier: those that no other beats, where to beat is to be at least as small and as accurate, and better in one of the two.",
    taskInChinese: "找出处于前沿（帕累托前沿）的模型：没有其他模型能在体积和准确率上都不差、且至少一项更好。",
    problemOf(answer) {
      for (const { candidates, expected, because } of fields) {
        const found = answer(candidates.map((candidate) => ({ ...candidate })));
        if (!Array.isArray(found) || found.toSorted().join() !== expected.join())
          return `of ${candidates.map(written).join("; ")} it names ${show(found)}; expected ${show(expected)}, since ${because}`;
      }
      return undefined;
    },
  }),
};

function problemOfWeights(given: readonly number[], found: Int8Weights): Problem {
  const { scale, values } = found ?? {};
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return `the scale is ${scale}; expected a number above 0`;
  if (values?.length !== given.length) return `it gives ${values?.length} numbers; expected ${given.length}`;
  const numbers = Array.from(values);
  const wrong = numbers.find((value) => !(Number.isInteger(value) && Math.abs(value) <= 127));
  if (wrong !== undefined) return `one number is ${wrong}; expected whole numbers from −127 to 127`;
  const largest = Math.max(...given.map(Math.abs));
  // Finer than this, and the largest weight would not fit; coarser, and numbers go unused.
  const step = largest / 127;
  for (const [i, weight] of given.entries()) {
    const back = (numbers[i] ?? 0) * scale;
    if (!(Math.abs(back - weight) <= 0.5001 * (step || 1)))
      return `${weight} comes back as ${Number(back.toPrecision(4))}; expected it within ${Number((step / 2).toPrecision(3))}, half of ${Number(step.toPrecision(3))}`;
  }
  return undefined;
}

function of(name: string, kilobytes: number, accuracy: number): Candidate {
  return { name, kilobytes, accuracy };
}

function written({ name, kilobytes, accuracy }: Candidate): string {
  return `${name} ${kilobytes} kB ${accuracy}`;
}
