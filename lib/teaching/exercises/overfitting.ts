// Exercises of notebook 06, Overfitting.
import { exercise, type Problem } from "../exercise.js";

/** What early stopping decides; epochs are counted from 1. */
export interface EarlyStop {
  /** The epoch whose weights are kept. */
  readonly bestEpoch: number;
  /** The last one that is trained. */
  readonly stopEpoch: number;
}

/** One division of samples, by their numbers. */
export interface IndexFold {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

const runs: { losses: number[]; patience: number; bestEpoch: number; stopEpoch: number; because: string }[] = [
  {
    losses: [0.9, 0.6, 0.5, 0.55, 0.6, 0.7],
    patience: 2,
    bestEpoch: 3,
    stopEpoch: 5,
    because: "epochs 4 and 5 are two in a row that are no better than epoch 3",
  },
  {
    losses: [0.9, 0.6, 0.65, 0.5, 0.52, 0.53, 0.54],
    patience: 2,
    bestEpoch: 4,
    stopEpoch: 6,
    because: "epoch 4 is the best so far, so that the count begins anew there",
  },
  {
    losses: [0.9, 0.5, 0.7, 0.6, 0.55, 0.5],
    patience: 3,
    bestEpoch: 2,
    stopEpoch: 5,
    because: "better than the epoch before is not better than the best",
  },
  {
    losses: [0.5, 0.5, 0.5, 0.4],
    patience: 2,
    bestEpoch: 1,
    stopEpoch: 3,
    because: "an equal loss is no improvement",
  },
  {
    losses: [0.9, 0.8, 0.7],
    patience: 2,
    bestEpoch: 3,
    stopEpoch: 3,
    because: "the loss always fell: training ends with its last epoch",
  },
];

const divisions: [samples: number, folds: number][] = [
  [10, 5],
  [11, 4],
  [4, 4],
];

export const overfittingExercises = {
  earlyStop: exercise<(valLosses: number[], patience: number) => EarlyStop>({
    lesson: "06-overfitting",
    task: "From the validation loss of each epoch, say which epoch is the best and after which one training stops: the first that ends `patience` epochs in a row without a new best loss, else the last. Epochs count from 1.",
    taskInChinese:
      "根据每个轮次的验证损失，给出最佳轮次，以及在哪个轮次之后停止训练：连续 patience 个轮次没有刷新最佳损失就停止，否则训练到最后一轮。轮次从 1 开始计数。",
    problemOf(answer) {
      for (const { losses, patience, because, ...expected } of runs) {
        const { bestEpoch, stopEpoch } = answer([...losses], patience) ?? {};
        if (bestEpoch !== expected.bestEpoch || stopEpoch !== expected.stopEpoch)
          return `for the losses ${losses.join(", ")} and patience ${patience} it gives best epoch ${bestEpoch}, stop after ${stopEpoch}; expected best ${expected.bestEpoch}, stop after ${expected.stopEpoch}, since ${because}`;
      }
      return undefined;
    },
  }),

  kFoldIndices: exercise<(samples: number, folds: number) => readonly IndexFold[]>({
    lesson: "06-overfitting",
    task: "Divide the samples 0, 1, … into folds: each sample is validated on once, trained on in all other folds, and the validation parts differ by one sample at most.",
    taskInChinese:
      "把样本 0, 1, … 划分为若干折：每个样本恰好被验证一次，在其余各折中用于训练，各验证集的大小最多相差一个样本。",
    problemOf(answer) {
      for (const [samples, folds] of divisions) {
        const problem = problemOfFolds(answer(samples, folds), samples, folds);
        if (problem !== undefined) return `for ${samples} samples and ${folds} folds ${problem}`;
      }
      return undefined;
    },
  }),
};

function problemOfFolds(found: readonly IndexFold[], samples: number, folds: number): Problem {
  if (found?.length !== folds) return `there are ${found?.length} folds; expected ${folds}`;
  for (const [i, { train, validation }] of found.entries()) {
    const known = new Set(train);
    const both = validation.find((sample) => known.has(sample));
    if (both !== undefined)
      return `sample ${both} is in both parts of fold ${i}; expected it in one, or the fold measures what the model remembers`;
    const all = [...train, ...validation].toSorted((a, b) => a - b);
    if (all.length !== samples || all.some((sample, place) => sample !== place))
      return `fold ${i} has the samples ${all.join(", ")}; expected each from 0 to ${samples - 1} once, in one of its two parts`;
  }
  const times = Array.from(
    { length: samples },
    (_, sample) => found.filter(({ validation }) => validation.includes(sample)).length,
  );
  const odd = times.findIndex((count) => count !== 1);
  if (odd >= 0) return `sample ${odd} is validated on ${times[odd]} times; expected once`;
  const sizes = found.map(({ validation }) => validation.length);
  if (Math.max(...sizes) - Math.min(...sizes) > 1)
    return `the validation parts have ${sizes.join(", ")} samples; expected sizes that differ by one at most`;
  return undefined;
}
