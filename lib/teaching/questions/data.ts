// Questions about notebook 01, Data preprocessing.
import { onCases } from "./cases.js";

export const dataQuestions = {
  standardise: onCases<[values: readonly number[]], readonly number[]>({
    lesson: "01-data-preprocessing",
    task: "Standardise a column: mean 0, standard deviation 1 (divide by n, not n − 1). A constant column becomes zeros.",
    taskInChinese: "对一列数做标准化：均值 0、标准差 1（除以 n）。常数列变为 0。",
    cases: [
      { given: [[1, 3]], expected: [-1, 1], because: "the mean is 2 and the deviation 1" },
      {
        given: [[2, 4, 4, 4, 5, 5, 7, 9]],
        expected: [-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2],
        because: "the mean is 5 and the deviation 2",
      },
      {
        given: [[7, 7, 7]],
        expected: [0, 0, 0],
        because: "a constant column has deviation 0, by which nothing is divided",
      },
    ],
  }),
  normaliseTestPart: onCases<[train: readonly number[], test: readonly number[]], readonly number[]>({
    lesson: "01-data-preprocessing",
    task: "Normalise the test part to mean 0 and deviation 1 without leaking: which mean and deviation do you use?",
    taskInChinese: "把测试集归一化而不产生数据泄漏：应使用哪一部分的均值和标准差？",
    cases: [
      {
        given: [
          [0, 2],
          [1, 3],
        ],
        expected: [0, 2],
        because: "mean 1 and deviation 1 are the training part's",
      },
      { given: [[10, 14], [12]], expected: [0], because: "one sample of the test part is normalised as well" },
    ],
  }),
  oneHot: onCases<[labels: readonly number[], classes: number], readonly (readonly number[])[]>({
    lesson: "01-data-preprocessing",
    task: "One-hot encode labels: a row a label, with as many columns as there are classes.",
    taskInChinese: "把标签做独热编码：每个标签一行，列数等于类别数。",
    cases: [
      {
        given: [[2, 0], 3],
        expected: [
          [0, 0, 1],
          [1, 0, 0],
        ],
        because: "label 2 has its 1 in the third column",
      },
      { given: [[0], 4], expected: [[1, 0, 0, 0]], because: "classes that don't occur have a column too" },
    ],
  }),
  leakedSamples: onCases<[train: readonly (readonly number[])[], test: readonly (readonly number[])[]], number>({
    lesson: "01-data-preprocessing",
    task: "How many samples of the test part are in the training part too?",
    taskInChinese: "测试集中有多少样本也出现在训练集里？",
    cases: [
      {
        given: [
          [
            [1, 2],
            [3, 4],
          ],
          [
            [3, 4],
            [5, 6],
          ],
        ],
        expected: 1,
        because: "[3, 4] is in both",
      },
      {
        given: [
          [[1, 2]],
          [
            [1, 2],
            [1, 2],
          ],
        ],
        expected: 2,
        because: "each copy in the test part counts",
      },
      { given: [[[1, 23]], [[12, 3]]], expected: 0, because: "the same digits are not the same numbers" },
    ],
  }),
};
