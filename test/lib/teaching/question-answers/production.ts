// Answers to questions about evaluation, errors, export, compression, serving, monitoring, tests and deployment.
import type { compressionQuestions } from "../../../../lib/teaching/questions/compression.js";
import type { deploymentQuestions } from "../../../../lib/teaching/questions/deployment.js";
import type { errorQuestions } from "../../../../lib/teaching/questions/errors.js";
import type { exportQuestions } from "../../../../lib/teaching/questions/export.js";
import type { metricQuestions } from "../../../../lib/teaching/questions/metrics.js";
import type { monitoringQuestions } from "../../../../lib/teaching/questions/monitoring.js";
import type { servingQuestions } from "../../../../lib/teaching/questions/serving.js";
import type { testingQuestions } from "../../../../lib/teaching/questions/testing.js";
import type { AnswersTo } from "./mistakes.js";

type Counts = readonly number[];
const count = (yTrue: Counts, yPred: Counts, truth: number, answer: number) =>
  yTrue.filter((label, i) => label === truth && yPred[i] === answer).length;
const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
const sum = (values: Counts) => values.reduce((total, value) => total + value, 0);

function confusion(yTrue: Counts, yPred: Counts, classes: number): number[][] {
  const all = Array.from({ length: classes }, (_, i) => i);
  return all.map((truth) => all.map((answer) => count(yTrue, yPred, truth, answer)));
}

function auc(yTrue: Counts, scores: Counts, tie: number): number {
  let wins = 0;
  let pairs = 0;
  for (const [i, positive] of scores.entries())
    for (const [j, negative] of scores.entries()) {
      if (yTrue[i] !== 1 || yTrue[j] !== 0) continue;
      pairs++;
      wins += positive > negative ? 1 : positive === negative ? tie : 0;
    }
  return wins / pairs;
}

export const f1Answers: AnswersTo<"f1FromCounts"> = {
  f1FromCounts: {
    right: (tp, fp, fn) => ratio(2 * tp, 2 * tp + fp + fn),
    wrong: {
      "the arithmetic mean": (tp, fp, fn) => (ratio(tp, tp + fp) + ratio(tp, tp + fn)) / 2,
      "the geometric mean": (tp, fp, fn) => Math.sqrt(ratio(tp, tp + fp) * ratio(tp, tp + fn)),
      "nothing by nothing": (tp, fp, fn) => (2 * tp) / (2 * tp + fp + fn),
    },
  },
};

export const metricAnswers: AnswersTo<keyof typeof metricQuestions> = {
  precisionAndRecall: {
    right: (yTrue, yPred) => {
      const found = count(yTrue, yPred, 1, 1);
      return [ratio(found, found + count(yTrue, yPred, 0, 1)), ratio(found, found + count(yTrue, yPred, 1, 0))];
    },
    wrong: {
      exchanged: (yTrue, yPred) => {
        const found = count(yTrue, yPred, 1, 1);
        return [ratio(found, found + count(yTrue, yPred, 1, 0)), ratio(found, found + count(yTrue, yPred, 0, 1))];
      },
      "nothing by nothing": (yTrue, yPred) => {
        const found = count(yTrue, yPred, 1, 1);
        return [found / (found + count(yTrue, yPred, 0, 1)), found / (found + count(yTrue, yPred, 1, 0))];
      },
      "of all samples": (yTrue, yPred) => [
        count(yTrue, yPred, 1, 1) / yTrue.length,
        count(yTrue, yPred, 1, 1) / yTrue.length,
      ],
    },
  },
  confusion: {
    right: confusion,
    wrong: {
      "rows and columns exchanged": (yTrue, yPred, classes) => confusion(yPred, yTrue, classes),
      shares: (yTrue, yPred, classes) =>
        confusion(yTrue, yPred, classes).map((row) => row.map((n) => n / yTrue.length)),
      "classes that occur": (yTrue, yPred) => confusion(yTrue, yPred, new Set([...yTrue, ...yPred]).size),
    },
  },
  balancedAccuracy: {
    right: (matrix) => sum(matrix.map((row, i) => (row[i] ?? 0) / sum(row))) / matrix.length,
    wrong: {
      accuracy: (matrix) => sum(matrix.map((row, i) => row[i] ?? 0)) / sum(matrix.map(sum)),
      "mean precision": (matrix) =>
        sum(matrix.map((row, i) => ratio(row[i] ?? 0, sum(matrix.map((other) => other[i] ?? 0))))) / matrix.length,
      "the sum of recalls": (matrix) => sum(matrix.map((row, i) => (row[i] ?? 0) / sum(row))),
    },
  },
  areaUnderROC: {
    right: (yTrue, scores) => auc(yTrue, scores, 0.5),
    wrong: {
      "a tie is lost": (yTrue, scores) => auc(yTrue, scores, 0),
      "a tie is won": (yTrue, scores) => auc(yTrue, scores, 1),
      "never below a half": (yTrue, scores) => Math.max(auc(yTrue, scores, 0.5), 1 - auc(yTrue, scores, 0.5)),
      "accuracy at 0.5": (yTrue, scores) =>
        yTrue.filter((label, i) => label === Number((scores[i] ?? 0) >= 0.5)).length / 4,
    },
  },
  thresholdForRecall: {
    right: (yTrue, scores, recall) => {
      const positives = scores.filter((_, i) => yTrue[i] === 1).sort((a, b) => b - a);
      return positives[Math.ceil(recall * positives.length) - 1] ?? 0;
    },
    wrong: {
      "over all samples": (yTrue, scores, recall) =>
        [...scores].sort((a, b) => b - a)[Math.ceil(recall * yTrue.length) - 1] ?? 0,
      "rounded down": (yTrue, scores, recall) => {
        const positives = scores.filter((_, i) => yTrue[i] === 1).sort((a, b) => b - a);
        return positives[Math.max(0, Math.floor(recall * positives.length) - 1)] ?? 0;
      },
      "the lowest": (_, scores) => Math.min(...scores),
    },
  },
};

const worst = (yTrue: Counts, probabilities: readonly Counts[]) =>
  yTrue.map((label, i) => ({ i, p: probabilities[i]?.[label] ?? 0 })).sort((a, b) => a.p - b.p);
const dot = (a: Counts, b: Counts) => sum(a.map((value, i) => value * (b[i] ?? 0)));

export const errorAnswers: AnswersTo<keyof typeof errorQuestions> = {
  mostConfused: {
    right: (matrix) => {
      const cells = matrix.flatMap((row, i) => row.map((n, j) => ({ i, j, n: i === j ? -1 : n })));
      const { i = 0, j = 0 } = cells.sort((a, b) => b.n - a.n)[0] ?? {};
      return [i, j];
    },
    wrong: {
      "the diagonal too": (matrix) => {
        const { i = 0, j = 0 } =
          matrix.flatMap((row, i) => row.map((n, j) => ({ i, j, n }))).sort((a, b) => b.n - a.n)[0] ?? {};
        return [i, j];
      },
      "columns are true": (matrix) => {
        const cells = matrix.flatMap((row, i) => row.map((n, j) => ({ i, j, n: i === j ? -1 : n })));
        const { i = 0, j = 0 } = cells.sort((a, b) => b.n - a.n)[0] ?? {};
        return [j, i];
      },
      "the worst class": (matrix) => {
        const errors = matrix.map((row, i) => sum(row) - (row[i] ?? 0));
        const i = errors.indexOf(Math.max(...errors));
        return [i, i];
      },
    },
  },
  leastSure: {
    right: (yTrue, probabilities, n) =>
      worst(yTrue, probabilities)
        .slice(0, n)
        .map(({ i }) => i),
    wrong: {
      "the least sure predictions": (yTrue, probabilities, n) =>
        yTrue
          .map((_, i) => ({ i, p: Math.max(...(probabilities[i] ?? [])) }))
          .sort((a, b) => a.p - b.p)
          .slice(0, n)
          .map(({ i }) => i),
      "the surest": (yTrue, probabilities, n) =>
        worst(yTrue, probabilities)
          .reverse()
          .slice(0, n)
          .map(({ i }) => i),
      "by index": (yTrue, probabilities, n) =>
        worst(yTrue, probabilities)
          .slice(0, n)
          .map(({ i }) => i)
          .sort(),
      "the probabilities": (yTrue, probabilities, n) =>
        worst(yTrue, probabilities)
          .slice(0, n)
          .map(({ p }) => p),
    },
  },
  cosineSimilarity: {
    right: (a, b) => ratio(dot(a, b), Math.hypot(...a) * Math.hypot(...b)),
    wrong: {
      "the product": dot,
      "dividing by zero": (a, b) => dot(a, b) / (Math.hypot(...a) * Math.hypot(...b)),
      "without a sign": (a, b) => Math.abs(ratio(dot(a, b), Math.hypot(...a) * Math.hypot(...b))),
      "squares of the lengths": (a, b) => ratio(dot(a, b), dot(a, a) * dot(b, b)),
    },
  },
};

export const exportAnswers: AnswersTo<keyof typeof exportQuestions> = {
  largestDifference: {
    right: (before, after) => {
      const all = before.map((value, i) => Math.abs(value - (after[i] ?? Number.NaN)));
      return all.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...all);
    },
    wrong: {
      "NaN passes": (before, after) => {
        let most = 0;
        for (const [i, value] of before.entries())
          if (Math.abs(value - (after[i] ?? 0)) > most) most = Math.abs(value - (after[i] ?? 0));
        return most;
      },
      "the mean": (before, after) => sum(before.map((value, i) => Math.abs(value - (after[i] ?? 0)))) / before.length,
      "the sign": (before, after) => Math.max(...before.map((value, i) => (after[i] ?? 0) - value)),
    },
  },
  channelsFirst: {
    right: (pixels, height, width, channels) =>
      Array.from({ length: channels }, (_, c) =>
        Array.from({ length: height * width }, (_, i) => pixels[i * channels + c] ?? 0),
      ).flat(),
    wrong: {
      "only another shape": (pixels) => pixels,
      "the other direction": (pixels, height, width, channels) =>
        Array.from({ length: height * width }, (_, i) =>
          Array.from({ length: channels }, (_, c) => pixels[c * height * width + i] ?? 0),
        ).flat(),
      "width before height": (pixels, height, width, channels) =>
        Array.from({ length: channels }, (_, c) =>
          Array.from({ length: height * width }, (_, i) => {
            const [x, y] = [Math.floor(i / height), i % height];
            return pixels[(y * width + x) * channels + c] ?? 0;
          }),
        ).flat(),
    },
  },
};

const largest = (weights: Counts) => Math.max(...weights.map(Math.abs));

export const compressionAnswers: AnswersTo<keyof typeof compressionQuestions> = {
  quantiseToInt8: {
    right: (weights) => weights.map((weight) => Math.round((weight * 127) / (largest(weights) || 1))),
    wrong: {
      "a scale of 1": (weights) => weights.map((weight) => Math.round(weight * 127)),
      "no rounding": (weights) => weights.map((weight) => Math.trunc((weight * 127) / (largest(weights) || 1))),
      "zero by zero": (weights) => weights.map((weight) => Math.round((weight * 127) / largest(weights))),
      "128 steps": (weights) => weights.map((weight) => Math.round((weight * 128) / (largest(weights) || 1))),
    },
  },
  pruneByMagnitude: {
    right: (weights, sparsity) => {
      const order = weights.map((weight, i) => ({ i, size: Math.abs(weight) })).sort((a, b) => a.size - b.size);
      const gone = new Set(order.slice(0, Math.floor(weights.length * sparsity)).map(({ i }) => i));
      return weights.map((weight, i) => (gone.has(i) ? 0 : weight));
    },
    wrong: {
      "the smallest numbers": (weights, sparsity) => {
        const order = weights.map((weight, i) => ({ i, weight })).sort((a, b) => a.weight - b.weight);
        const gone = new Set(order.slice(0, Math.floor(weights.length * sparsity)).map(({ i }) => i));
        return weights.map((weight, i) => (gone.has(i) ? 0 : weight));
      },
      "all up to a limit": (weights, sparsity) => {
        const sizes = weights.map(Math.abs).sort((a, b) => a - b);
        const limit = sizes[Math.floor(weights.length * sparsity) - 1] ?? 0;
        return weights.map((weight) => (Math.abs(weight) <= limit ? 0 : weight));
      },
      "rounded up": (weights, sparsity) => {
        const order = weights.map((weight, i) => ({ i, size: Math.abs(weight) })).sort((a, b) => a.size - b.size);
        const gone = new Set(order.slice(0, Math.ceil(weights.length * sparsity)).map(({ i }) => i));
        return weights.map((weight, i) => (gone.has(i) ? 0 : weight));
      },
    },
  },
};

export const servingAnswers: AnswersTo<keyof typeof servingQuestions> = {
  latencyPercentile: {
    right: (milliseconds, percent) => {
      const sorted = [...milliseconds].sort((a, b) => a - b);
      return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
    },
    wrong: {
      "sorted as text": (milliseconds, percent) =>
        [...milliseconds].sort()[Math.ceil((percent / 100) * milliseconds.length) - 1] ?? 0,
      "not sorted": (milliseconds, percent) => milliseconds[Math.floor((percent / 100) * milliseconds.length)] ?? 0,
      "one too far": (milliseconds, percent) =>
        [...milliseconds].sort((a, b) => a - b)[Math.ceil((percent / 100) * milliseconds.length)] ?? 0,
      "the mean": (milliseconds) => sum(milliseconds) / milliseconds.length,
    },
  },
  statusOfRequest: {
    right: (shape, expected, queued, most) => {
      if (shape.length !== expected.length + 1 || expected.some((size, i) => shape[i + 1] !== size)) return 400;
      return queued >= most ? 503 : 200;
    },
    wrong: {
      "the server's fault": (shape, expected, queued, most) =>
        shape.slice(1).join() !== expected.join() ? 500 : queued >= most ? 503 : 200,
      "busy first": (shape, expected, queued, most) =>
        queued >= most ? 503 : shape.slice(1).join() === expected.join() ? 200 : 400,
      "one image alone": (shape, expected, queued, most) =>
        shape.join() !== [1, ...expected].join() ? 400 : queued >= most ? 503 : 200,
      "without a batch": (shape, expected, queued, most) =>
        shape.join().endsWith(expected.join()) ? (queued >= most ? 503 : 200) : 400,
    },
  },
};

const shares = (counts: Counts) => counts.map((n) => n / sum(counts));
const psi = (reference: Counts, current: Counts, least: number) =>
  sum(
    shares(reference).map((share, i) => {
      const [a, b] = [Math.max(share, least), Math.max(shares(current)[i] ?? 0, least)];
      return (b - a) * Math.log(b / a);
    }),
  );

export const monitoringAnswers: AnswersTo<keyof typeof monitoringQuestions> = {
  populationStability: {
    right: (reference, current) => psi(reference, current, 0.0001),
    wrong: {
      "infinite where a bin is empty": (reference, current) => psi(reference, current, 0),
      "one direction (Kullback–Leibler)": (reference, current) =>
        sum(shares(reference).map((a, i) => a * Math.log(a / (shares(current)[i] ?? 0)))),
      "counts instead of shares": (reference, current) =>
        sum(reference.map((a, i) => ((current[i] ?? 0) - a) * Math.log((current[i] ?? 0) / a))),
    },
  },
  delayedAccuracy: {
    right: (predictions, truth) => {
      const known = new Map(truth);
      const labelled = predictions.filter(([id]) => known.has(id));
      const right = labelled.filter(([id, label]) => known.get(id) === label).length;
      return labelled.length === 0 ? undefined : right / labelled.length;
    },
    wrong: {
      "what is unknown is wrong": (predictions, truth) => {
        const known = new Map(truth);
        return predictions.filter(([id, label]) => known.get(id) === label).length / predictions.length;
      },
      "by their order": (predictions, truth) =>
        truth.length === 0
          ? undefined
          : truth.filter(([, label], i) => predictions[i]?.[1] === label).length / truth.length,
      "0 without a label": (predictions, truth) => {
        const known = new Map(truth);
        const labelled = predictions.filter(([id]) => known.has(id));
        return ratio(labelled.filter(([id, label]) => known.get(id) === label).length, labelled.length);
      },
      "of all labels": (predictions, truth) => {
        const known = new Map(truth);
        const right = predictions.filter(([id, label]) => known.get(id) === label).length;
        return truth.length === 0 ? undefined : right / truth.length;
      },
    },
  },
};

export const testingAnswers: AnswersTo<keyof typeof testingQuestions> = {
  exitCodeOf: {
    right: (outcomes) => Number(outcomes.includes("failed") || !outcomes.includes("passed")),
    wrong: {
      "no test is a success": (outcomes) => Number(outcomes.includes("failed")),
      "a skipped one is a failure": (outcomes) => Number(outcomes.some((outcome) => outcome !== "passed")),
      "the last one counts": (outcomes) => Number(outcomes.at(-1) !== "passed"),
      "how many passed": (outcomes) => outcomes.filter((outcome) => outcome === "passed").length,
    },
  },
};

export const deploymentAnswers: AnswersTo<keyof typeof deploymentQuestions> = {
  canaryVerdict: {
    right: (requests, candidate, live, least) =>
      requests < least ? "wait" : candidate <= live ? "promote" : "roll back",
    wrong: {
      "not waiting": (_, candidate, live) => (candidate <= live ? "promote" : "roll back"),
      "better, not equal": (requests, candidate, live, least) =>
        requests < least ? "wait" : candidate < live ? "promote" : "roll back",
      "one too many": (requests, candidate, live, least) =>
        requests <= least ? "wait" : candidate <= live ? "promote" : "roll back",
      "no error at all": (requests, candidate, _, least) =>
        requests < least ? "wait" : candidate === 0 ? "promote" : "roll back",
    },
  },
};
