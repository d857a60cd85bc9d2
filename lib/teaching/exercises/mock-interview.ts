// The exercise of notebook 14, Mock interview.
import { onCases } from "../questions/cases.js";

export const mockInterviewExercises = {
  topKAccuracy: onCases<[yTrue: readonly number[], probabilities: readonly (readonly number[])[], k: number], number>({
    lesson: "14-mock-interview",
    task: "Write top-k accuracy: the share of samples whose true class is among the k most probable ones.",
    taskInChinese: "写出 top-k 准确率：真实类别位于概率最高的 k 个类别之中的样本占比。",
    cases: [
      {
        given: [
          [2, 0],
          [
            [0.1, 0.3, 0.6],
            [0.2, 0.5, 0.3],
          ],
          1,
        ],
        expected: 0.5,
        because: "with k = 1 it is accuracy: the first is right, the second says 1",
      },
      {
        given: [
          [1, 0],
          [
            [0.1, 0.3, 0.6],
            [0.2, 0.5, 0.3],
          ],
          2,
        ],
        expected: 0.5,
        because: "class 1 is second of the first sample, class 0 third of the second",
      },
      { given: [[0], [[0.2, 0.5, 0.3]], 3], expected: 1, because: "among all classes the true one always is" },
    ],
  }),
};
