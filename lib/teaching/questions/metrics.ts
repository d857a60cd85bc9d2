// Questions about notebook 04, Evaluation; one more of that lesson is its exercise.
import { onCases } from "./cases.js";

export const metricQuestions = {
  precisionAndRecall: onCases<[yTrue: readonly number[], yPred: readonly number[]], readonly number[]>({
    lesson: "04-evaluation",
    task: "Precision and recall of class 1, as [precision, recall]; 0 where there is nothing to divide by.",
    taskInChinese: "求类别 1 的精确率和召回率 [precision, recall]；分母为 0 时取 0。",
    cases: [
      {
        given: [
          [1, 1, 1, 0, 0],
          [1, 0, 0, 1, 0],
        ],
        expected: [1 / 2, 1 / 3],
        because: "one of two called positive is, one of three was found",
      },
      {
        given: [
          [0, 1],
          [0, 0],
        ],
        expected: [0, 0],
        because: "nothing was called positive",
      },
    ],
  }),
  confusion: onCases<
    [yTrue: readonly number[], yPred: readonly number[], classes: number],
    readonly (readonly number[])[]
  >({
    lesson: "04-evaluation",
    task: "The confusion matrix: rows are true classes, columns predicted ones.",
    taskInChinese: "写出混淆矩阵：行是真实类别，列是预测类别。",
    cases: [
      {
        given: [[0, 0, 1], [0, 1, 1], 2],
        expected: [
          [1, 1],
          [0, 1],
        ],
        because: "a 0 taken for a 1 is in row 0, column 1",
      },
      {
        given: [[2], [0], 3],
        expected: [
          [0, 0, 0],
          [0, 0, 0],
          [1, 0, 0],
        ],
        because: "classes that don't occur have a row too",
      },
    ],
  }),
  balancedAccuracy: onCases<[matrix: readonly (readonly number[])[]], number>({
    lesson: "04-evaluation",
    task: "Balanced accuracy from a confusion matrix (rows are true classes): a rare class counts as much as a frequent one.",
    taskInChinese: "由混淆矩阵（行为真实类别）求平衡准确率：稀有类别与常见类别同等重要。",
    cases: [
      {
        given: [
          [
            [90, 0],
            [10, 0],
          ],
        ],
        expected: 0.5,
        because: "it finds all of one class and none of the other",
      },
      {
        given: [
          [
            [8, 2],
            [1, 4],
          ],
        ],
        expected: 0.8,
        because: "the mean of the recalls 0.8 and 0.8",
      },
      {
        given: [
          [
            [3, 1],
            [0, 6],
          ],
        ],
        expected: 0.875,
        because: "the mean of the recalls 0.75 and 1",
      },
    ],
  }),
  areaUnderROC: onCases<[yTrue: readonly number[], scores: readonly number[]], number>({
    lesson: "04-evaluation",
    task: "AUC by its meaning: how often does a positive score higher than a negative? A tie counts half.",
    taskInChinese: "按含义计算 AUC：正例得分高于负例的概率；相等算一半。",
    cases: [
      {
        given: [
          [0, 0, 1, 1],
          [0.1, 0.4, 0.35, 0.8],
        ],
        expected: 0.75,
        because: "three of four pairs are in order",
      },
      {
        given: [
          [0, 1],
          [0.5, 0.5],
        ],
        expected: 0.5,
        because: "a tie counts half",
      },
      {
        given: [
          [1, 0],
          [0.1, 0.9],
        ],
        expected: 0,
        because: "the only pair is the wrong way round",
      },
    ],
  }),
  thresholdForRecall: onCases<[yTrue: readonly number[], scores: readonly number[], recall: number], number>({
    lesson: "04-evaluation",
    task: "The highest score that may be the threshold (score ≥ threshold says yes) if recall is to be at least this.",
    taskInChinese: "要使召回率至少为给定值，阈值（得分 ≥ 阈值判为正）最高可取哪个得分？",
    cases: [
      {
        given: [[1, 1, 0, 1], [0.9, 0.7, 0.8, 0.2], 0.6],
        expected: 0.7,
        because: "0.7 finds two of three, 0.8 only one",
      },
      { given: [[1, 1, 0, 1], [0.9, 0.7, 0.8, 0.2], 1], expected: 0.2, because: "all are found only there" },
      { given: [[0, 1], [0.9, 0.4], 0.5], expected: 0.4, because: "a negative's score finds nobody" },
    ],
  }),
};
