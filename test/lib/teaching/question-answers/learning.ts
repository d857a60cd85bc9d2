// Answers to questions about data, training, gradients and optimisation.
import type { dataQuestions } from "../../../../lib/teaching/questions/data.js";
import type { gradientQuestions } from "../../../../lib/teaching/questions/gradients.js";
import type { optimisationQuestions } from "../../../../lib/teaching/questions/optimisation.js";
import type { overfittingQuestions } from "../../../../lib/teaching/questions/overfitting.js";
import type { trainingQuestions } from "../../../../lib/teaching/questions/training.js";
import type { AnswersTo } from "./mistakes.js";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[], less = 0) => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - less));
};
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const norm = (values: readonly number[]) => Math.hypot(...values);

export const dataAnswers: AnswersTo<keyof typeof dataQuestions> = {
  standardise: {
    right: (values) => values.map((value) => (value - mean(values)) / (deviation(values) || 1)),
    wrong: {
      "dividing by n − 1": (values) => values.map((value) => (value - mean(values)) / (deviation(values, 1) || 1)),
      "dividing zero by zero": (values) => values.map((value) => (value - mean(values)) / deviation(values)),
      "only centring": (values) => values.map((value) => value - mean(values)),
      "scaling to [0, 1]": (values) => values.map((value) => (value - Math.min(...values)) / Math.max(...values)),
    },
  },
  normaliseTestPart: {
    right: (train, test) => test.map((value) => (value - mean(train)) / deviation(train)),
    wrong: {
      "the test part's own figures": (_, test) => test.map((value) => (value - mean(test)) / (deviation(test) || 1)),
      "the figures of both": (train, test) =>
        test.map((value) => (value - mean([...train, ...test])) / deviation([...train, ...test])),
      "only the mean": (train, test) => test.map((value) => value - mean(train) + 1),
    },
  },
  oneHot: {
    right: (labels, classes) => labels.map((label) => Array.from({ length: classes }, (_, i) => Number(i === label))),
    wrong: {
      "classes that occur": (labels) =>
        labels.map((label) => Array.from({ length: Math.max(...labels) + 1 }, (_, i) => Number(i === label))),
      "counting from 1": (labels, classes) =>
        labels.map((label) => Array.from({ length: classes }, (_, i) => Number(i + 1 === label))),
      booleans: (labels, classes) =>
        labels.map((label) => Array.from({ length: classes }, (_, i) => (i === label) as unknown as number)),
    },
  },
  leakedSamples: {
    right: (train, test) => {
      const known = new Set(train.map((sample) => sample.join()));
      return test.filter((sample) => known.has(sample.join())).length;
    },
    wrong: {
      "comparing the arrays themselves": (train, test) => test.filter((sample) => train.includes(sample)).length,
      "different ones only": (train, test) => {
        const known = new Set(train.map((sample) => sample.join()));
        return new Set(test.map((sample) => sample.join()).filter((sample) => known.has(sample))).size;
      },
      "joining without a separator": (train, test) => {
        const known = new Set(train.map((sample) => sample.join("")));
        return test.filter((sample) => known.has(sample.join(""))).length;
      },
    },
  },
};

const logSumExp = (logits: readonly number[]) => {
  const most = Math.max(...logits);
  return most + Math.log(sum(logits.map((logit) => Math.exp(logit - most))));
};

export const trainingAnswers: AnswersTo<keyof typeof trainingQuestions> = {
  convolutionSize: {
    right: (size, kernel, stride, padding) => Math.floor((size + 2 * padding - kernel) / stride) + 1,
    wrong: {
      "padding on one side": (size, kernel, stride, padding) => Math.floor((size + padding - kernel) / stride) + 1,
      "no rounding": (size, kernel, stride, padding) => (size + 2 * padding - kernel) / stride + 1,
      "forgetting the first place": (size, kernel, stride, padding) =>
        Math.floor((size + 2 * padding - kernel) / stride),
    },
  },
  convolutionParameters: {
    right: (kernel, channels, filters) => (kernel * kernel * channels + 1) * filters,
    wrong: {
      "no bias": (kernel, channels, filters) => kernel * kernel * channels * filters,
      "no channels": (kernel, _, filters) => (kernel * kernel + 1) * filters,
      "one bias for all": (kernel, channels, filters) => kernel * kernel * channels * filters + 1,
    },
  },
  softmax: {
    right: (logits) => logits.map((logit) => Math.exp(logit - logSumExp(logits))),
    wrong: {
      overflow: (logits) => logits.map((logit) => Math.exp(logit) / sum(logits.map(Math.exp))),
      "shares of the logits": (logits) => logits.map((logit) => logit / (sum(logits) || 1)),
      sigmoids: (logits) => logits.map((logit) => 1 / (1 + Math.exp(-logit))),
    },
  },
  crossEntropy: {
    right: (logits, label) => logSumExp(logits) - (logits[label] ?? 0),
    wrong: {
      "the log of an underflow": (logits, label) => -Math.log(Math.exp((logits[label] ?? 0) - logSumExp(logits))),
      "base 2": (logits, label) => (logSumExp(logits) - (logits[label] ?? 0)) / Math.LN2,
      "one minus the probability": (logits, label) => 1 - Math.exp((logits[label] ?? 0) - logSumExp(logits)),
    },
  },
  stepsPerEpoch: {
    right: (samples, batchSize, dropLast) => (dropLast ? Math.floor : Math.ceil)(samples / batchSize),
    wrong: {
      "always down": (samples, batchSize) => Math.floor(samples / batchSize),
      "always up": (samples, batchSize) => Math.ceil(samples / batchSize),
      "one more": (samples, batchSize, dropLast) => Math.floor(samples / batchSize) + Number(!dropLast),
      "no rounding": (samples, batchSize) => samples / batchSize,
    },
  },
};
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export const gradientAnswers: AnswersTo<keyof typeof gradientQuestions> = {
  numericalDerivative: {
    right: (f, x) => (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
    wrong: {
      "one side": (f, x) => (f(x + 1e-4) - f(x)) / 1e-4,
      "a step that is lost in rounding": (f, x) => (f(x + 1e-17) - f(x - 1e-17)) / 2e-17,
      "half of it": (f, x) => (f(x + 1e-5) - f(x - 1e-5)) / 1e-5,
    },
  },
  sigmoidGradient: {
    right: (x) => sigmoid(x) * (1 - sigmoid(x)),
    wrong: {
      "the sigmoid itself": sigmoid,
      "its input instead of its output": (x) => x * (1 - x),
      "overflow far out": (x) => Math.exp(-x) / (1 + Math.exp(-x)) ** 2,
    },
  },
  reluBackward: {
    right: (inputs, gradients) => gradients.map((gradient, i) => ((inputs[i] ?? 0) > 0 ? gradient : 0)),
    wrong: {
      "by the gradient's sign": (_, gradients) => gradients.map((gradient) => Math.max(0, gradient)),
      "the input": (inputs) => inputs.map((input) => Math.max(0, input)),
      "passing at 0": (inputs, gradients) => gradients.map((gradient, i) => ((inputs[i] ?? 0) >= 0 ? gradient : 0)),
    },
  },
  meanSquaredGradient: {
    right: (xs, ys, weight, bias) => {
      const errors = xs.map((x, i) => weight * x + bias - (ys[i] ?? 0));
      return [2 * mean(errors.map((error, i) => error * (xs[i] ?? 0))), 2 * mean(errors)];
    },
    wrong: {
      "no 2": (xs, ys, weight, bias) => {
        const errors = xs.map((x, i) => weight * x + bias - (ys[i] ?? 0));
        return [mean(errors.map((error, i) => error * (xs[i] ?? 0))), mean(errors)];
      },
      sums: (xs, ys, weight, bias) => {
        const errors = xs.map((x, i) => weight * x + bias - (ys[i] ?? 0));
        return [2 * sum(errors.map((error, i) => error * (xs[i] ?? 0))), 2 * sum(errors)];
      },
      "the other sign": (xs, ys, weight, bias) => {
        const errors = xs.map((x, i) => (ys[i] ?? 0) - weight * x - bias);
        return [2 * mean(errors.map((error, i) => error * (xs[i] ?? 0))), 2 * mean(errors)];
      },
    },
  },
  momentumStep: {
    right: (weight, velocity, gradient, learningRate, momentum) => {
      const next = momentum * velocity + gradient;
      return [weight - learningRate * next, next];
    },
    wrong: {
      "a moving average": (weight, velocity, gradient, learningRate, momentum) => {
        const next = momentum * velocity + (1 - momentum) * gradient;
        return [weight - learningRate * next, next];
      },
      "the old velocity": (weight, velocity, gradient, learningRate, momentum) => [
        weight - learningRate * velocity,
        momentum * velocity + gradient,
      ],
      "the rate in the velocity": (weight, velocity, gradient, learningRate, momentum) => {
        const next = momentum * velocity + learningRate * gradient;
        return [weight - next, next];
      },
    },
  },
};

export const overfittingAnswers: AnswersTo<keyof typeof overfittingQuestions> = {
  earlyStoppingEpoch: {
    right: (valLosses, patience) => {
      let best = 0;
      for (const [i, loss] of valLosses.entries()) {
        if (loss < (valLosses[best] ?? Number.POSITIVE_INFINITY)) best = i;
        if (i - best >= patience) return [i + 1, best + 1];
      }
      return [valLosses.length, best + 1];
    },
    wrong: {
      "looking at the end": (valLosses) => [valLosses.length, valLosses.indexOf(Math.min(...valLosses)) + 1],
      "keeping the last weights": (valLosses, patience) => {
        let best = 0;
        for (const [i, loss] of valLosses.entries()) {
          if (loss < (valLosses[best] ?? 0)) best = i;
          if (i - best >= patience) return [i + 1, i + 1];
        }
        return [valLosses.length, valLosses.length];
      },
      "an equal loss counts as better": (valLosses, patience) => {
        let best = 0;
        for (const [i, loss] of valLosses.entries()) {
          if (loss <= (valLosses[best] ?? 0)) best = i;
          if (i - best >= patience) return [i + 1, best + 1];
        }
        return [valLosses.length, best + 1];
      },
      "comparing with the epoch before": (valLosses, patience) => {
        let worse = 0;
        for (const [i, loss] of valLosses.entries()) {
          worse = i > 0 && loss >= (valLosses[i - 1] ?? 0) ? worse + 1 : 0;
          if (worse >= patience) return [i + 1, i + 1 - patience];
        }
        return [valLosses.length, valLosses.length];
      },
    },
  },
  invertedDropout: {
    right: (values, kept, rate) => values.map((value, i) => (kept[i] ? value / (1 - rate) : 0)),
    wrong: {
      "not scaled": (values, kept) => values.map((value, i) => (kept[i] ? value : 0)),
      "divided by the rate": (values, kept, rate) => values.map((value, i) => (kept[i] ? value / rate : 0)),
      "the others": (values, kept, rate) => values.map((value, i) => (kept[i] ? 0 : value / (1 - rate))),
    },
  },
  foldsOf: {
    right: (samples, folds) => {
      const sizes = Array.from({ length: folds }, (_, i) => Math.floor(samples / folds) + Number(i < samples % folds));
      return sizes.map((size, i) => Array.from({ length: size }, (_, j) => sum(sizes.slice(0, i)) + j));
    },
    wrong: {
      "leaving out the rest": (samples, folds) => {
        const size = Math.floor(samples / folds);
        return Array.from({ length: folds }, (_, i) => Array.from({ length: size }, (_, j) => i * size + j));
      },
      "a large last one": (samples, folds) => {
        const size = Math.floor(samples / folds);
        const all = Array.from({ length: samples }, (_, i) => i);
        return Array.from({ length: folds }, (_, i) => all.slice(i * size, i === folds - 1 ? samples : (i + 1) * size));
      },
      "every k-th": (samples, folds) =>
        Array.from({ length: folds }, (_, i) =>
          Array.from({ length: samples }, (_, j) => j).filter((j) => j % folds === i),
        ),
    },
  },
};

function adam(gradients: readonly number[], rate: number, isCorrected = true, decays: [number, number] = [0.9, 0.999]) {
  let [weight, m, v] = [0, 0, 0];
  for (const [i, gradient] of gradients.entries()) {
    m = decays[0] * m + (1 - decays[0]) * gradient;
    v = decays[1] * v + (1 - decays[1]) * gradient ** 2;
    const [byM, byV] = isCorrected ? [1 - decays[0] ** (i + 1), 1 - decays[1] ** (i + 1)] : [1, 1];
    weight -= (rate * m) / byM / (Math.sqrt(v / byV) + 1e-8);
  }
  return weight;
}

export const optimisationAnswers: AnswersTo<keyof typeof optimisationQuestions> = {
  adamFirstSteps: {
    right: (gradients, rate) => adam(gradients, rate),
    wrong: {
      "no bias correction": (gradients, rate) => adam(gradients, rate, false),
      "the decays exchanged": (gradients, rate) => adam(gradients, rate, true, [0.999, 0.9]),
      "plain SGD": (gradients, rate) => -rate * sum(gradients),
      "the sign alone": (gradients, rate) => -rate * sum(gradients.map(Math.sign)),
    },
  },
  decoupledDecay: {
    right: (weight, update, rate, decay) => weight - rate * update - rate * decay * weight,
    wrong: {
      "no decay": (weight, update, rate) => weight - rate * update,
      "without the rate": (weight, update, rate, decay) => weight - rate * update - decay * weight,
      "after the update": (weight, update, rate, decay) => (weight - rate * update) * (1 - rate * decay),
    },
  },
  cosineRate: {
    right: (step, steps, rate) => (rate * (1 + Math.cos((Math.PI * step) / steps))) / 2,
    wrong: {
      "a straight line": (step, steps, rate) => rate * (1 - step / steps),
      "a quarter of a wave": (step, steps, rate) => rate * Math.cos((Math.PI * step) / steps / 2),
      "below zero": (step, steps, rate) => rate * Math.cos((Math.PI * step) / steps),
    },
  },
  clipByNorm: {
    right: (gradients, most) => gradients.map((one) => one * Math.min(1, most / (norm(gradients) || 1))),
    wrong: {
      "each by itself": (gradients, most) => gradients.map((one) => Math.max(-most, Math.min(most, one))),
      "enlarging small ones": (gradients, most) => gradients.map((one) => (one * most) / (norm(gradients) || 1)),
      "dividing zero by zero": (gradients, most) =>
        gradients.map((one) => (norm(gradients) < most && norm(gradients) > 0 ? one : (one * most) / norm(gradients))),
      "the sum instead of the norm": (gradients, most) =>
        gradients.map((one) => one * Math.min(1, most / (sum(gradients) || 1))),
    },
  },
};
