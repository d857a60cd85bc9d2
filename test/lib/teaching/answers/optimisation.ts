// Answers to the exercises of notebook 07.
import type { Answers } from "./answers.js";

interface State {
  readonly mean: number;
  readonly square: number;
  readonly step: number;
}

interface Plan {
  readonly warmup: number;
  readonly total: number;
  readonly peak: number;
}

/** Adam as a learner writes it, with the parts that go wrong as options. */
function adam({
  isCorrected = true,
  isSquared = true,
  isCounted = true,
  isEpsilonInside = false,
  epsilon = 1e-8,
}: {
  isCorrected?: boolean;
  isSquared?: boolean;
  isCounted?: boolean;
  isEpsilonInside?: boolean;
  epsilon?: number;
}) {
  return (weight: number, gradient: number, state: State, learningRate: number) => {
    const step = state.step + 1;
    const mean = 0.9 * state.mean + 0.1 * gradient;
    const square = 0.999 * state.square + 0.001 * (isSquared ? gradient ** 2 : Math.abs(gradient));
    const m = isCorrected ? mean / (1 - 0.9 ** step) : mean;
    const v = isCorrected ? square / (1 - 0.999 ** step) : square;
    const length = isEpsilonInside ? Math.sqrt(v + epsilon) : Math.sqrt(v) + epsilon;
    const next = { mean, square, step: isCounted ? step : state.step };
    return { weight: weight - (learningRate * m) / length, state: next };
  };
}

const half = (part: number) => (1 + Math.cos(Math.PI * part)) / 2;

export const optimisationAnswers: Record<string, Answers> = {
  adamStep: {
    right: {
      "the paper's algorithm": adam({}),
      "a state that is written into": (weight: number, gradient: number, state: State, learningRate: number) => {
        const result = adam({})(weight, gradient, state, learningRate);
        return { ...result, state: Object.assign(state, result.state) };
      },
    },
    wrong: {
      "means that are not corrected": {
        answer: adam({ isCorrected: false }),
        says: /gradients 0\.5 and the rate 0\.01, a weight of 1 becomes 0\.96\d*; expected 0\.99, since both means are divided/,
      },
      "the mean of |g|": { answer: adam({ isSquared: false }), says: /expected 0\.99/ },
      "steps that are not counted": {
        answer: adam({ isCounted: false }),
        says: /gradients -20, 3 .*since the means of the first step are kept, and t is 2 now/,
      },
      "ε below the root": {
        answer: adam({ isEpsilonInside: true }),
        says: /gradients 0\.000001 .*ε is added after the root/,
      },
      "no ε": { answer: adam({ epsilon: 0 }), says: /since ε is added after the root/ },
      "plain descent": {
        answer: (weight: number, gradient: number, state: State, learningRate: number) => ({
          weight: weight - learningRate * gradient,
          state,
        }),
        says: /becomes 0\.995; expected 0\.99/,
      },
    },
  },

  warmupCosine: {
    right: {
      "a line, then half a cosine": (step: number, { warmup, total, peak }: Plan) =>
        step < warmup ? (peak * (step + 1)) / warmup : peak * half(Math.min(1, (step - warmup) / (total - warmup))),
    },
    wrong: {
      "a cosine that counts from 0": {
        answer: (step: number, { warmup, total, peak }: Plan) =>
          step < warmup ? (peak * (step + 1)) / warmup : peak * half(Math.min(1, step / total)),
        says: /step 4 has the rate 0\.09\d*; expected 0\.1, the peak/,
      },
      "a first step of 0": {
        answer: (step: number, { warmup, total, peak }: Plan) =>
          step < warmup ? (peak * step) / warmup : peak * half(Math.min(1, (step - warmup) / (total - warmup))),
        says: /step 0 has the rate 0; expected 0\.025, on the way up/,
      },
      "a rate that rises again": {
        answer: (step: number, { warmup, total, peak }: Plan) =>
          step < warmup ? (peak * (step + 1)) / warmup : peak * half((step - warmup) / (total - warmup)),
        says: /step 21 has the rate .*; expected 0, since the plan is over/,
      },
      "no warm-up": {
        answer: (step: number, { total, peak }: Plan) => peak * half(Math.min(1, step / total)),
        says: /step 0 has the rate 0\.1; expected 0\.025/,
      },
      "a whole cosine": {
        answer: (step: number, { warmup, total, peak }: Plan) =>
          step < warmup
            ? (peak * (step + 1)) / warmup
            : peak * half(2 * Math.min(1, (step - warmup) / (total - warmup))),
        says: /step 5 .*on the cosine, which begins where the warm-up ends/,
      },
    },
  },
};
