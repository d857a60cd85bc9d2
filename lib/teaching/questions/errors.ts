// Questions about notebook 05, Error analysis.
import { onCases } from "./cases.js";

export const errorQuestions = {
  mostConfused: onCases<[matrix: readonly (readonly number[])[]], readonly number[]>({
    lesson: "05-error-analysis",
    task: "Which two classes are confused most often? [true class, predicted class] from a confusion matrix.",
    taskInChinese: "哪两个类别最常被混淆？由混淆矩阵返回 [真实类别, 预测类别]。",
    cases: [
      {
        given: [
          [
            [50, 1, 0],
            [2, 40, 7],
            [0, 3, 60],
          ],
        ],
        expected: [1, 2],
        because: "7 of class 1 are taken for class 2",
      },
      {
        given: [
          [
            [9, 0],
            [1, 9],
          ],
        ],
        expected: [1, 0],
        because: "the diagonal is what was right",
      },
    ],
  }),
  leastSure: onCases<
    [yTrue: readonly number[], probabilities: readonly (readonly number[])[], count: number],
    readonly number[]
  >({
    lesson: "05-error-analysis",
    task: "Which samples should you look at first? The indices of those whose true class got the least probability.",
    taskInChinese: "应先查看哪些样本？返回真实类别概率最低的样本的下标。",
    cases: [
      {
        given: [
          [0, 1, 1],
          [
            [0.9, 0.1],
            [0.8, 0.2],
            [0.4, 0.6],
          ],
          2,
        ],
        expected: [1, 2],
        because: "their true classes got 0.2 and 0.6",
      },
      {
        given: [
          [0, 0],
          [
            [0.51, 0.49],
            [0.02, 0.98],
          ],
          1,
        ],
        expected: [1],
        because: "being sure of the wrong class is worse than being unsure",
      },
      {
        given: [
          [0, 0, 0],
          [
            [0.3, 0.7],
            [0.1, 0.9],
            [0.2, 0.8],
          ],
          3,
        ],
        expected: [1, 2, 0],
        because: "the worst comes first",
      },
    ],
  }),
  cosineSimilarity: onCases<[a: readonly number[], b: readonly number[]], number>({
    lesson: "05-error-analysis",
    task: "How alike are two embeddings, whatever their lengths? Their cosine similarity; 0 for a vector of zeros.",
    taskInChinese: "两个嵌入向量有多相似（与长度无关）？求余弦相似度；零向量取 0。",
    cases: [
      {
        given: [
          [1, 2],
          [2, 4],
        ],
        expected: 1,
        because: "the lengths don't matter",
      },
      {
        given: [
          [1, 0],
          [0, 3],
        ],
        expected: 0,
        because: "they are at a right angle",
      },
      {
        given: [
          [3, 4],
          [-3, -4],
        ],
        expected: -1,
        because: "opposite directions have −1",
      },
      {
        given: [
          [0, 0],
          [1, 1],
        ],
        expected: 0,
        because: "a vector of zeros has no direction",
      },
    ],
  }),
};
