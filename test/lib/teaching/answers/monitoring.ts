// Answers to the exercises of notebook 11.
import type { Answers } from "./answers.js";

interface Logged {
  predicted: number;
  trueLabel?: number;
}

export const monitoringAnswers: Record<string, Answers> = {
  liveAccuracy: {
    right: {
      "those with a label": (predictions: readonly Logged[]) => {
        const known = predictions.filter(({ trueLabel }) => trueLabel !== undefined);
        if (known.length === 0) return undefined;
        return known.filter(({ predicted, trueLabel }) => predicted === trueLabel).length / known.length;
      },
    },
    wrong: {
      "no label counted as wrong": {
        answer: (predictions: readonly Logged[]) =>
          predictions.filter(({ predicted, trueLabel }) => predicted === trueLabel).length / predictions.length,
        says: /3 without a label it gives 0\.3333\d*; expected 0\.6667, since what has no label yet is neither/,
      },
      "no label counted as right": {
        answer: (predictions: readonly Logged[]) =>
          predictions.filter(({ predicted, trueLabel = predicted }) => predicted === trueLabel).length /
          predictions.length,
        says: /gives 0\.8333\d*; expected 0\.6667/,
      },
      "0 taken for no label": {
        answer: (predictions: readonly Logged[]) => {
          const known = predictions.filter(({ trueLabel }) => trueLabel);
          if (known.length === 0) return undefined;
          return known.filter(({ predicted, trueLabel }) => predicted === trueLabel).length / known.length;
        },
        says: /all of class 0 it gives undefined; expected 0\.5, since 0 is a label/,
      },
      "nothing divided by nothing": {
        answer: (predictions: readonly Logged[]) => {
          const known = predictions.filter(({ trueLabel }) => trueLabel !== undefined);
          return known.filter(({ predicted, trueLabel }) => predicted === trueLabel).length / known.length;
        },
        says: /3 without a label it gives NaN; expected undefined, since nothing is known yet/,
      },
      "nothing known taken for bad": {
        answer: (predictions: readonly Logged[]) => {
          const known = predictions.filter(({ trueLabel }) => trueLabel !== undefined);
          return known.filter(({ predicted, trueLabel }) => predicted === trueLabel).length / Math.max(1, known.length);
        },
        says: /3 without a label it gives 0; expected undefined/,
      },
    },
  },
};
