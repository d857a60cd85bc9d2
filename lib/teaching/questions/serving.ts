// Questions about notebook 10, Serving.
import { onCases } from "./cases.js";

export const servingQuestions = {
  latencyPercentile: onCases<[milliseconds: readonly number[], percent: number], number>({
    lesson: "10-serving",
    task: "A percentile of latencies by the nearest rank: the smallest one that at least so many percent do not exceed.",
    taskInChinese: "用最近秩法求延迟的百分位数：至少有这么多百分比的请求不超过的最小值。",
    cases: [
      {
        given: [[10, 9, 100, 20], 50],
        expected: 10,
        because: "sorted as numbers, 9 and 10 are the first half of four",
      },
      { given: [[10, 9, 100, 20], 95], expected: 100, because: "95 % of four are more than three of them" },
      { given: [[5], 99], expected: 5, because: "one request is every percentile" },
    ],
  }),
  statusOfRequest: onCases<
    [shape: readonly number[], expected: readonly number[], queued: number, mostQueued: number],
    number
  >({
    lesson: "10-serving",
    task: "The HTTP status of POST /predict: inputs of `shape` for a model that takes a batch of `expected` each, with so many waiting.",
    taskInChinese: "POST /predict 的 HTTP 状态码：输入形状为 shape，模型每个样本需要 expected，当前排队数和上限已知。",
    cases: [
      { given: [[1, 32, 32, 1], [32, 32, 1], 0, 8], expected: 200, because: "one image in a batch fits" },
      { given: [[5, 32, 32, 1], [32, 32, 1], 0, 8], expected: 200, because: "a batch may be of any size" },
      {
        given: [[32, 32, 1], [32, 32, 1], 0, 8],
        expected: 400,
        because: "the batch dimension is missing: the client's mistake, not the server's",
      },
      {
        given: [[1, 28, 28, 1], [32, 32, 1], 8, 8],
        expected: 400,
        because: "what is wrong stays wrong: 503 would invite it to try again",
      },
      { given: [[1, 32, 32, 1], [32, 32, 1], 8, 8], expected: 503, because: "the queue is full: come back later" },
    ],
  }),
};
