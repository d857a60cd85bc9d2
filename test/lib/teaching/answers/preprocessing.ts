// Answers to the exercises of notebook 01.
import type { Answers } from "./answers.js";

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const std = (values: number[], freedom = 0) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - freedom)) || 1;
const scaled = (values: number[], by: number[], deviation = std(by)) =>
  values.map((value) => (value - mean(by)) / deviation);

export const preprocessingAnswers: Record<string, Answers> = {
  normalizeParts: {
    right: {
      "the training part's figures for both": (train: number[], test: number[]) => ({
        train: scaled(train, train),
        test: scaled(test, train),
      }),
    },
    wrong: {
      "figures of everything": {
        answer: (train: number[], test: number[]) => ({
          train: scaled(train, [...train, ...test]),
          test: scaled(test, [...train, ...test]),
        }),
        says: /train \[1, 3\] and test \[2, 7\], train is .*expected \[-1\.000, 1\.000\].*training part's mean is 2/,
      },
      "each part by its own": {
        answer: (train: number[], test: number[]) => ({ train: scaled(train, train), test: scaled(test, test) }),
        says: /test is \[-1\.000, 1\.000\]; expected \[0\.000, 5\.000\]/,
      },
      "the variance in place of the deviation": {
        answer: (train: number[], test: number[]) => {
          const variance = std(train) ** 2;
          return { train: scaled(train, train, variance), test: scaled(test, train, variance) };
        },
        says: /\[0, 4, 8, 4\].*train is \[-0\.500, .*expected \[-1\.414/,
      },
      "the deviation of a sample": {
        answer: (train: number[], test: number[]) => ({
          train: scaled(train, train, std(train, 1)),
          test: scaled(test, train, std(train, 1)),
        }),
        says: /expected \[-1\.000, 1\.000\].*root of the mean squared distance/,
      },
      "dividing by a deviation of 0": {
        answer: (train: number[], test: number[]) => {
          const divisor = new Set(train).size === 1 ? 0 : std(train);
          return { train: scaled(train, train, divisor), test: scaled(test, train, divisor) };
        },
        says: /train \[5, 5, 5\] and test \[7\], train is \[NaN, NaN, NaN\]; expected \[0\.000/,
      },
      "working in the list that was given": {
        answer: (train: number[], test: number[]) => {
          const after = { train: scaled(train, train), test: scaled(test, train) };
          after.train.forEach((value, i) => {
            train[i] = value;
          });
          return after;
        },
        says: /the list train that it was given is changed: -1, 1; expected a new list/,
      },
      "nothing returned": { answer: () => undefined, says: /train is undefined; expected \[-1\.000, 1\.000\]/ },
    },
  },
};
