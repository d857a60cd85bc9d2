// Exercises of notebook 07, Optimisation.
import { exercise, type Problem } from "../exercise.js";

/** What Adam remembers of one weight. */
export interface AdamState {
  /** Running mean of the gradients, 0 at first. */
  readonly mean: number;
  /** Running mean of their squares, 0 at first. */
  readonly square: number;
  /** How many updates there were, 0 at first. */
  readonly step: number;
}

/** One update of one weight. */
export type AdamStep = (
  weight: number,
  gradient: number,
  state: AdamState,
  learningRate: number,
) => { readonly weight: number; readonly state: AdamState };

/** A plan of learning rates. */
export interface WarmupCosine {
  /** How many steps the rate rises. */
  readonly warmup: number;
  /** After how many steps it is 0. */
  readonly total: number;
  readonly peak: number;
}

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

const descents: { gradients: number[]; learningRate: number; because: string }[] = [
  {
    gradients: [0.5],
    learningRate: 0.01,
    because: "both means are divided by 1 − βᵗ, so that the first step is as long as the learning rate",
  },
  { gradients: [-20, 3], learningRate: 0.1, because: "the means of the first step are kept, and t is 2 now" },
  {
    gradients: [1, 1, 1, -4, 2],
    learningRate: 0.01,
    because: "m ← 0.9·m + 0.1·g, v ← 0.999·v + 0.001·g², each divided by 1 − βᵗ",
  },
  {
    gradients: [1e-6],
    learningRate: 0.01,
    because: "ε is added after the root, so that gradients as small as this still move the weight",
  },
  { gradients: [0], learningRate: 0.01, because: "ε keeps 0 from being divided by 0" },
];

const plans: WarmupCosine[] = [
  { warmup: 4, total: 20, peak: 0.1 },
  { warmup: 0, total: 10, peak: 1 },
];

export const optimisationExercises = {
  adamStep: exercise<AdamStep>({
    lesson: "07-optimisation",
    task: "Write one step of Adam for one weight, with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8. Give the new weight and the new state.",
    taskInChinese: "写出 Adam 对单个权重的一步更新（β₁ = 0.9，β₂ = 0.999，ε = 1e-8），返回新的权重和新的状态。",
    problemOf(answer) {
      for (const { gradients, learningRate, because } of descents) {
        const problem = problemOfDescent(answer, gradients, learningRate);
        if (problem !== undefined) return `${problem}, since ${because}`;
      }
      return undefined;
    },
  }),

  warmupCosine: exercise<(step: number, plan: WarmupCosine) => number>({
    lesson: "07-optimisation",
    task: "Write the learning rate of a step (from 0): a straight line up, whose step i has (i + 1) / warmup of the peak; from step `warmup`, which has the peak, half a cosine down to 0 at step `total`, where it stays.",
    taskInChinese:
      "写出第 step 步（从 0 开始）的学习率：先线性升温，第 i 步为峰值的 (i + 1) / warmup；从第 warmup 步（等于峰值）起按半个余弦下降，到第 total 步为 0，之后保持 0。",
    problemOf(answer) {
      for (const plan of plans)
        for (let step = 0; step <= plan.total + 5; step++) {
          const [found, expected] = [answer(step, plan), rateAt(step, plan)];
          if (!(Math.abs(found - expected) <= 1e-9))
            return `with warmup ${plan.warmup}, total ${plan.total} and peak ${plan.peak}, step ${step} has the rate ${found}; expected ${Number(expected.toPrecision(6))}, ${partOf(step, plan)}`;
        }
      return undefined;
    },
  }),
};

function problemOfDescent(answer: AdamStep, gradients: readonly number[], learningRate: number): Problem {
  const start = { mean: 0, square: 0, step: 0 };
  let [own, reference] = [
    { weight: 1, state: start },
    { weight: 1, state: start },
  ] as ReturnType<AdamStep>[] as [ReturnType<AdamStep>, ReturnType<AdamStep>];
  for (const [i, gradient] of gradients.entries()) {
    // A copy, so that an answer may write into it.
    own = answer(own.weight, gradient, { ...own.state }, learningRate);
    reference = adam(reference.weight, gradient, reference.state, learningRate);
    if (!(Math.abs(own.weight - reference.weight) <= 1e-6 * learningRate))
      return `for the gradients ${gradients.slice(0, i + 1).join(", ")} and the rate ${learningRate}, a weight of 1 becomes ${own.weight}; expected ${Number(reference.weight.toPrecision(8))}`;
  }
  return undefined;
}

const adam: AdamStep = (weight, gradient, state, learningRate) => {
  const step = state.step + 1;
  const mean = beta1 * state.mean + (1 - beta1) * gradient;
  const square = beta2 * state.square + (1 - beta2) * gradient ** 2;
  const direction = mean / (1 - beta1 ** step) / (Math.sqrt(square / (1 - beta2 ** step)) + epsilon);
  return { weight: weight - learningRate * direction, state: { mean, square, step } };
};

function rateAt(step: number, { warmup, total, peak }: WarmupCosine): number {
  if (step < warmup) return (peak * (step + 1)) / warmup;
  const part = Math.min(1, (step - warmup) / (total - warmup));
  return (peak * (1 + Math.cos(Math.PI * part))) / 2;
}

function partOf(step: number, { warmup, total }: WarmupCosine): string {
  if (step < warmup) return "on the way up";
  if (step === warmup) return "the peak";
  return step < total ? "on the cosine, which begins where the warm-up ends" : "since the plan is over";
}
