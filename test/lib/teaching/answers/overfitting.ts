// Answers to the exercises of notebook 06.
import type { Answers } from "./answers.js";

interface Folds {
  readonly train: number[];
  readonly validation: number[];
}

/** As a learner may write it: each fold has the samples that `isIn` gives it. */
function folds(samples: number, count: number, isIn: (sample: number, fold: number) => boolean): Folds[] {
  const all = Array.from({ length: samples }, (_, sample) => sample);
  return Array.from({ length: count }, (_, fold) => ({
    train: all.filter((sample) => !isIn(sample, fold)),
    validation: all.filter((sample) => isIn(sample, fold)),
  }));
}

function stopAfter(
  losses: number[],
  patience: number,
  isBetter: (loss: number, best: number, before: number) => boolean,
) {
  let [best, bestEpoch, waited] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const [i, loss] of losses.entries()) {
    const better = isBetter(loss, best, losses[i - 1] ?? Number.POSITIVE_INFINITY);
    waited = better ? 0 : waited + 1;
    if (better) [best, bestEpoch] = [loss, i + 1];
    if (waited === patience) return { bestEpoch, stopEpoch: i + 1 };
  }
  return { bestEpoch, stopEpoch: losses.length };
}

export const overfittingAnswers: Record<string, Answers> = {
  earlyStop: {
    right: {
      "a count that begins anew with each best loss": (losses: number[], patience: number) =>
        stopAfter(losses, patience, (loss, best) => loss < best),
    },
    wrong: {
      "stopping at the first rise": {
        answer: (losses: number[]) => stopAfter(losses, 1, (loss, best) => loss < best),
        says: /patience 2 it gives best epoch 3, stop after 4; expected best 3, stop after 5/,
      },
      "one epoch too late": {
        answer: (losses: number[], patience: number) => stopAfter(losses, patience + 1, (loss, best) => loss < best),
        says: /stop after 6; expected best 3, stop after 5/,
      },
      "a count that never begins anew": {
        answer: (losses: number[], patience: number) => {
          const isWorse = losses.map((loss, i) => loss >= Math.min(...losses.slice(0, i)));
          const places = isWorse.flatMap((worse, i) => (worse ? [i + 1] : []));
          const stopEpoch = places[patience - 1] ?? losses.length;
          const seen = losses.slice(0, stopEpoch);
          return { bestEpoch: seen.indexOf(Math.min(...seen)) + 1, stopEpoch };
        },
        says: /expected best 4, stop after 6, since .*the count begins anew/,
      },
      "a comparison with the epoch before": {
        answer: (losses: number[], patience: number) => stopAfter(losses, patience, (loss, _, before) => loss < before),
        says: /patience 3 .*since better than the epoch before is not better than the best/,
      },
      "an equal loss as a better one": {
        answer: (losses: number[], patience: number) => stopAfter(losses, patience, (loss, best) => loss <= best),
        says: /since an equal loss is no improvement/,
      },
      "nothing at all": {
        answer: () => undefined,
        says: /best epoch undefined, stop after undefined; expected best 3/,
      },
    },
  },

  kFoldIndices: {
    right: {
      "every count-th sample": (samples: number, count: number) =>
        folds(samples, count, (sample, fold) => sample % count === fold),
      "blocks that share what is left": (samples: number, count: number) =>
        folds(samples, count, (sample, fold) => Math.floor((sample * count) / samples) === fold),
    },
    wrong: {
      "training on everything": {
        answer: (samples: number, count: number) =>
          folds(samples, count, (sample, fold) => sample % count === fold).map(({ train, validation }) => ({
            train: [...train, ...validation],
            validation,
          })),
        says: /10 samples and 5 folds sample 0 is in both parts of fold 0/,
      },
      "what is left dropped": {
        answer: (samples: number, count: number) => {
          const size = Math.floor(samples / count);
          return folds(size * count, count, (sample, fold) => Math.floor(sample / size) === fold);
        },
        says: /11 samples and 4 folds fold 0 has the samples .*expected each from 0 to 10 once/,
      },
      "what is left in the last fold": {
        answer: (samples: number, count: number) => {
          const size = Math.floor(samples / count);
          return folds(samples, count, (sample, fold) => Math.min(count - 1, Math.floor(sample / size)) === fold);
        },
        says: /11 samples and 4 folds the validation parts have 2, 2, 2, 5 samples/,
      },
      "the same fold again": {
        answer: (samples: number, count: number) => folds(samples, count, (sample) => sample < samples / count),
        says: /sample 0 is validated on 5 times; expected once/,
      },
      "one fold": { answer: (samples: number) => folds(samples, 1, () => true), says: /there are 1 folds; expected 5/ },
    },
  },
};
