// Questions about notebook 11, Monitoring.
import { onCases } from "./cases.js";

export const monitoringQuestions = {
  populationStability: onCases<[reference: readonly number[], current: readonly number[]], number>({
    lesson: "11-monitoring",
    task: "The population stability index (PSI) of two lists of counts by bin. A share of 0 counts as 0.0001.",
    taskInChinese: "由两组分箱计数求群体稳定性指标（PSI）；占比为 0 时按 0.0001 计。",
    cases: [
      {
        given: [
          [50, 50],
          [5, 5],
        ],
        expected: 0,
        because: "the shares are the same; how many samples there are does not matter",
      },
      {
        given: [
          [50, 50],
          [75, 25],
        ],
        expected: 0.27465307,
        because: "the sum of (current − reference)·ln(current / reference)",
      },
      {
        given: [
          [1, 0],
          [0, 1],
        ],
        expected: 2 * 0.9999 * Math.log(10_000),
        because: "an empty bin counts as 0.0001, so that nothing is infinite",
      },
    ],
  }),
  delayedAccuracy: onCases<
    [
      predictions: readonly (readonly [id: string, label: number])[],
      truth: readonly (readonly [id: string, label: number])[],
    ],
    number | undefined
  >({
    lesson: "11-monitoring",
    task: "Live accuracy while labels come late and in any order: of the predictions whose true label is known; no value where none is.",
    taskInChinese: "标签延迟到达且顺序不定时的在线准确率：只统计已知真实标签的预测；一个都没有时不返回值。",
    cases: [
      {
        given: [
          [
            ["a", 1],
            ["b", 2],
            ["c", 3],
          ],
          [
            ["c", 3],
            ["a", 0],
          ],
        ],
        expected: 0.5,
        because: "a is wrong, c is right, b is not known yet",
      },
      {
        given: [[["a", 1]], []],
        expected: undefined,
        because: "nothing is known: that is not an accuracy of 0, and no alarm",
      },
      {
        given: [
          [["a", 1]],
          [
            ["z", 1],
            ["a", 1],
          ],
        ],
        expected: 1,
        because: "a label without its prediction belongs to another model",
      },
    ],
  }),
};
