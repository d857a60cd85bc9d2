// Questions about notebook 06, Overfitting.
import { onCases } from "./cases.js";

export const overfittingQuestions = {
  earlyStoppingEpoch: onCases<[valLosses: readonly number[], patience: number], readonly number[]>({
    lesson: "06-overfitting",
    task: "Early stopping: [the epoch after which training ends, the epoch whose weights are kept], counted from 1.",
    taskInChinese: "早停：返回 [训练结束的轮次, 保留权重的轮次]，从 1 开始计数。",
    cases: [
      {
        given: [[3, 2, 2.5, 2.4, 1], 2],
        expected: [4, 2],
        because: "epochs 3 and 4 are no better than 2; what would have come is not known",
      },
      { given: [[3, 2, 1], 2], expected: [3, 3], because: "it ends by itself, while the loss still falls" },
      { given: [[1, 1, 1], 2], expected: [3, 1], because: "an equal loss is no better" },
    ],
  }),
  invertedDropout: onCases<[values: readonly number[], kept: readonly boolean[], rate: number], readonly number[]>({
    lesson: "06-overfitting",
    task: "Dropout in training, given which values are kept and the rate of dropping: the expected sum stays the same.",
    taskInChinese: "训练时的 dropout：已知保留哪些值和丢弃率，使期望保持不变。",
    cases: [
      {
        given: [[1, 2, 3, 4], [true, false, true, false], 0.5],
        expected: [2, 0, 6, 0],
        because: "what is kept is divided by 1 − rate",
      },
      { given: [[4], [true], 0.2], expected: [5], because: "4 / 0.8" },
    ],
  }),
  foldsOf: onCases<[samples: number, folds: number], readonly (readonly number[])[]>({
    lesson: "06-overfitting",
    task: "Validation indices of each fold of k-fold cross-validation, in order, sizes that differ by one at most, larger ones first.",
    taskInChinese: "k 折交叉验证各折的验证集下标：按顺序，大小最多相差 1，大的在前。",
    cases: [
      {
        given: [6, 3],
        expected: [
          [0, 1],
          [2, 3],
          [4, 5],
        ],
        because: "each sample validates once",
      },
      {
        given: [5, 2],
        expected: [
          [0, 1, 2],
          [3, 4],
        ],
        because: "no sample may be left out",
      },
      {
        given: [7, 3],
        expected: [
          [0, 1, 2],
          [3, 4],
          [5, 6],
        ],
        because: "sizes differ by one at most",
      },
    ],
  }),
};
