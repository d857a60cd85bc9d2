// Questions about notebook 12, Testing and CI.
import { onCases } from "./cases.js";

export const testingQuestions = {
  exitCodeOf: onCases<[outcomes: readonly string[]], number>({
    lesson: "12-testing-and-ci",
    task: 'The exit code of a test run, 0 or 1, by its outcomes "passed", "failed", "skipped". When must CI be red?',
    taskInChinese: '由测试结果 "passed"、"failed"、"skipped" 求退出码 0 或 1：CI 何时必须变红？',
    cases: [
      { given: [["passed", "skipped", "passed"]], expected: 0, because: "nothing failed" },
      { given: [["passed", "failed", "passed"]], expected: 1, because: "one failure is enough, wherever it is" },
      { given: [[]], expected: 1, because: "a run in which no test ran has shown nothing" },
      { given: [["skipped"]], expected: 1, because: "a run in which no test ran has shown nothing" },
    ],
  }),
};
