// Questions about notebook 09, Compression.
import { onCases } from "./cases.js";

export const compressionQuestions = {
  quantiseToInt8: onCases<[weights: readonly number[]], readonly number[]>({
    lesson: "09-compression",
    task: "Symmetric int8 quantisation: the integers, the largest weight by amount becoming 127 or −127. All zeros stay zeros.",
    taskInChinese: "对称 int8 量化：绝对值最大的权重映射到 127 或 −127，返回整数。全零保持为零。",
    cases: [
      { given: [[-1, 0.5, 0]], expected: [-127, 64, 0], because: "the scale is 1/127, and 63.5 is rounded" },
      {
        given: [[0.1, 0.4]],
        expected: [32, 127],
        because: "the scale is by the largest amount, so that nothing is cut",
      },
      { given: [[0, 0]], expected: [0, 0], because: "zeros have no scale to divide by" },
    ],
  }),
  pruneByMagnitude: onCases<[weights: readonly number[], sparsity: number], readonly number[]>({
    lesson: "09-compression",
    task: "Set the share `sparsity` of the weights to zero, those that matter least (rounded down).",
    taskInChinese: "把占比 sparsity（向下取整）的最不重要的权重置零。",
    cases: [
      {
        given: [[0.1, -3, 0.5, 2], 0.5],
        expected: [0, -3, 0, 2],
        because: "small is meant by amount: −3 is a large weight",
      },
      { given: [[1, 2, 3], 0.5], expected: [0, 2, 3], because: "half of three, rounded down, is one" },
      {
        given: [[1, -1, 1, -1], 0.5],
        expected: [0, 0, 1, -1],
        because: "of equal ones the first go, and no more than the share",
      },
    ],
  }),
};
