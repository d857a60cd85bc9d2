// Questions about notebook 08, Export.
import { onCases } from "./cases.js";

export const exportQuestions = {
  largestDifference: onCases<[before: readonly number[], after: readonly number[]], number>({
    lesson: "08-export",
    task: "Parity of an exported model: the largest absolute difference between its numbers and the original's. What is not a number is Infinity away.",
    taskInChinese: "导出模型的一致性检查：求与原模型输出的最大绝对差。若有结果不是数，则返回 Infinity。",
    cases: [
      {
        given: [
          [1, 2],
          [1.5, 2.25],
        ],
        expected: 0.5,
        because: "the largest one counts, not the mean",
      },
      {
        given: [
          [1, 2],
          [1.5, 1],
        ],
        expected: 1,
        because: "2 − 1, whatever the sign",
      },
      {
        given: [
          [1, 2],
          [Number.NaN, 2],
        ],
        expected: Number.POSITIVE_INFINITY,
        because: "a comparison with NaN is always false, so that NaN would pass",
      },
    ],
  }),
  channelsFirst: onCases<
    [pixels: readonly number[], height: number, width: number, channels: number],
    readonly number[]
  >({
    lesson: "08-export",
    task: "TensorFlow.js has an image as [height, width, channels], PyTorch as [channels, height, width]. Reorder its numbers.",
    taskInChinese: "TensorFlow.js 的图像是 [高, 宽, 通道]，PyTorch 是 [通道, 高, 宽]。请重新排列数据。",
    cases: [
      {
        given: [[1, 2, 3, 4, 5, 6], 1, 2, 3],
        expected: [1, 4, 2, 5, 3, 6],
        because: "all of the first channel come first",
      },
      {
        given: [[1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60], 3, 2, 2],
        expected: [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60],
        because: "rows keep their order within a channel",
      },
    ],
  }),
};
