// Questions about notebook 07, Optimisation.
import { onCases } from "./cases.js";

export const optimisationQuestions = {
  adamFirstSteps: onCases<[gradients: readonly number[], learningRate: number], number>({
    lesson: "07-optimisation",
    task: "Adam from weight 0: the weight after these gradients (β₁ = 0.9, β₂ = 0.999, ε = 1e-8, with bias correction).",
    taskInChinese: "Adam 从权重 0 开始，经过这些梯度后的权重（β₁ = 0.9、β₂ = 0.999、ε = 1e-8，含偏差修正）。",
    cases: [
      {
        given: [[5], 0.1],
        expected: -0.1,
        because: "corrected for the start at zero, the first step is the rate, whatever the gradient's size",
      },
      { given: [[1, 1, 1], 0.01], expected: -0.03, because: "equal gradients make equal steps" },
      { given: [[1, -1], 0.1], expected: -0.09473684, because: "the mean of the gradients remembers the first one" },
    ],
  }),
  decoupledDecay: onCases<[weight: number, update: number, learningRate: number, weightDecay: number], number>({
    lesson: "07-optimisation",
    task: "AdamW: the new weight, where Adam's own update (already scaled, without the rate) is given. Where does the decay go?",
    taskInChinese: "AdamW：已知 Adam 的更新方向（未乘学习率），求新权重。权重衰减加在哪里？",
    cases: [
      {
        given: [1, 0, 0.1, 0.01],
        expected: 0.999,
        because: "without a gradient, the weight shrinks by rate·decay·weight",
      },
      {
        given: [2, 1, 0.1, 0.5],
        expected: 1.8,
        because: "2 − 0.1·1 − 0.1·0.5·2: the decay is beside the update, not in the gradient",
      },
    ],
  }),
  cosineRate: onCases<[step: number, steps: number, learningRate: number], number>({
    lesson: "07-optimisation",
    task: "The cosine schedule: the rate at a step, from the full rate at step 0 to 0 at the last one.",
    taskInChinese: "余弦退火：第 step 步的学习率，从最大值降到 0。",
    cases: [
      { given: [0, 100, 0.1], expected: 0.1, because: "it begins with the full rate" },
      { given: [50, 100, 0.1], expected: 0.05, because: "half-way it is the half" },
      {
        given: [25, 100, 0.1],
        expected: 0.08535534,
        because: "(1 + cos(π/4)) / 2 of it: flat at first, no straight line",
      },
      { given: [100, 100, 0.1], expected: 0, because: "it ends at 0" },
    ],
  }),
  clipByNorm: onCases<[gradients: readonly number[], most: number], readonly number[]>({
    lesson: "07-optimisation",
    task: "Clip gradients by their norm: the direction stays.",
    taskInChinese: "按范数裁剪梯度：方向不变。",
    cases: [
      { given: [[3, 4], 1], expected: [0.6, 0.8], because: "the norm is 5, all are divided by 5" },
      { given: [[0.3, 0.4], 1], expected: [0.3, 0.4], because: "small gradients stay as they are" },
      { given: [[0, 0], 1], expected: [0, 0], because: "zeros have no norm to divide by" },
    ],
  }),
};
