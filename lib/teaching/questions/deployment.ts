// Questions about notebook 13, Automated deployment.
import { onCases } from "./cases.js";

export const deploymentQuestions = {
  canaryVerdict: onCases<
    [requests: number, candidateErrors: number, liveErrors: number, leastRequests: number],
    string
  >({
    lesson: "13-automated-deployment",
    task: 'A canary got the same requests as the live model. "wait" for more of them, "promote", or "roll back"? Equal is good enough.',
    taskInChinese: '金丝雀与线上模型收到相同请求：应 "wait"、"promote" 还是 "roll back"？错误数相等即可上线。',
    cases: [
      { given: [5, 0, 0, 100], expected: "wait", because: "five requests show nothing, good or bad" },
      {
        given: [100, 1, 1, 100],
        expected: "promote",
        because: "it makes no more errors than the live one, on enough requests",
      },
      { given: [200, 9, 2, 100], expected: "roll back", because: "it makes more errors than the live one" },
      { given: [100, 0, 3, 100], expected: "promote", because: "fewer errors are welcome" },
    ],
  }),
};
