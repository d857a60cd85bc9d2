// Exercises of notebook 11, Monitoring.
import { show } from "../../engine/invalid.js";
import { exercise } from "../exercise.js";

/** A prediction, and what it should have been once somebody has said so. */
export interface LateLabelled {
  /** Index of the predicted class. */
  predicted: number;
  /** Index of the true class; absent while nobody has said. */
  trueLabel?: number;
}

const cases: { what: string; predictions: LateLabelled[]; expected: number | undefined; because: string }[] = [
  {
    what: "2 right ones, 1 wrong one and 3 without a label",
    predictions: [
      { predicted: 7, trueLabel: 7 },
      { predicted: 3 },
      { predicted: 4, trueLabel: 9 },
      { predicted: 1 },
      { predicted: 8, trueLabel: 8 },
      { predicted: 5 },
    ],
    expected: 2 / 3,
    because: "what has no label yet is neither right nor wrong",
  },
  {
    what: "2 right ones and 2 wrong ones, all of class 0",
    predictions: [
      { predicted: 0, trueLabel: 0 },
      { predicted: 6, trueLabel: 0 },
      { predicted: 0, trueLabel: 0 },
      { predicted: 8, trueLabel: 0 },
    ],
    expected: 0.5,
    because: "0 is a label, though it counts as false in a condition",
  },
  {
    what: "3 without a label",
    predictions: [{ predicted: 2 }, { predicted: 0 }, { predicted: 5 }],
    expected: undefined,
    because: "nothing is known yet, and an alarm must be able to tell that from bad",
  },
  { what: "no predictions", predictions: [], expected: undefined, because: "nothing is known" },
];

export const monitoringExercises = {
  liveAccuracy: exercise<(predictions: LateLabelled[]) => number | undefined>({
    lesson: "11-monitoring",
    task: "Write the live accuracy of predictions whose true labels come late: the share of right ones among those that have a label; undefined while there is none.",
    taskInChinese: "真实标签会延迟到达：写出线上准确率，即已有标签的预测中正确的比例；还没有任何标签时返回 undefined。",
    problemOf(answer) {
      for (const { what, predictions, expected, because } of cases) {
        const found = answer(predictions.map((prediction) => ({ ...prediction })));
        const isRight =
          expected === undefined ? found === undefined : found !== undefined && Math.abs(found - expected) < 1e-9;
        if (!isRight)
          return `for ${what} it gives ${show(found)}; expected ${expected === undefined ? "undefined" : Number(expected.toFixed(4))}, since ${because}`;
      }
      return undefined;
    },
  }),
};
