// Questions about notebook 03, Backpropagation by hand.
import { onCases } from "./cases.js";

export const gradientQuestions = {
  numericalDerivative: onCases<[f: (x: number) => number, x: number], number>({
    lesson: "03-backpropagation-by-hand",
    task: "Estimate f′(x) without knowing f, to six digits, as a gradient check does.",
    taskInChinese: "在不知道 f 表达式的情况下估计 f′(x)，精确到六位，用于梯度检查。",
    cases: [
      { given: [(x) => x ** 3, 2], expected: 12, because: "the derivative of x³ is 3x²" },
      {
        given: [(x) => Math.exp(x), 1],
        expected: Math.E,
        because: "a difference to one side is off by h·f″/2; take both sides",
      },
      { given: [(x) => Math.sin(x), 0], expected: 1, because: "sin′ is cos" },
    ],
  }),
  sigmoidGradient: onCases<[x: number], number>({
    lesson: "03-backpropagation-by-hand",
    task: "The derivative of the sigmoid at x. Where is it largest, and what follows for deep nets?",
    taskInChinese: "求 sigmoid 在 x 处的导数。何处最大？对深层网络意味着什么？",
    cases: [
      { given: [0], expected: 0.25, because: "σ(0)·(1 − σ(0)) is a quarter: no layer passes on more than that" },
      { given: [2], expected: 0.10499358, because: "σ′ = σ·(1 − σ)" },
      { given: [-800], expected: 0, because: "far out it vanishes, and overflows nowhere" },
    ],
  }),
  reluBackward: onCases<[inputs: readonly number[], gradients: readonly number[]], readonly number[]>({
    lesson: "03-backpropagation-by-hand",
    task: "The backward pass of ReLU: gradients of its inputs from its inputs and the gradients of its outputs.",
    taskInChinese: "ReLU 的反向传播：由输入和输出的梯度求输入的梯度。",
    cases: [
      {
        given: [
          [1, -2, 3],
          [10, 20, -30],
        ],
        expected: [10, 0, -30],
        because: "it passes where the input was positive, whatever the gradient's sign",
      },
      { given: [[0], [5]], expected: [0], because: "at 0 the usual choice is 0" },
    ],
  }),
  meanSquaredGradient: onCases<
    [xs: readonly number[], ys: readonly number[], weight: number, bias: number],
    readonly number[]
  >({
    lesson: "03-backpropagation-by-hand",
    task: "Gradients [d weight, d bias] of the mean squared error of weight·x + bias.",
    taskInChinese: "对 weight·x + bias 的均方误差求梯度 [d weight, d bias]。",
    cases: [
      {
        given: [[1, 2], [2, 4], 0, 0],
        expected: [-10, -6],
        because: "2·mean(error·x) and 2·mean(error), the error being −2 and −4",
      },
      { given: [[1, 2, 3], [2, 4, 6], 2, 0], expected: [0, 0], because: "nothing is wrong there" },
      { given: [[1, 1], [0, 0], 0, 1], expected: [2, 2], because: "the error is prediction − truth" },
    ],
  }),
  momentumStep: onCases<
    [weight: number, velocity: number, gradient: number, learningRate: number, momentum: number],
    readonly number[]
  >({
    lesson: "03-backpropagation-by-hand",
    task: "One step of SGD with momentum, as PyTorch computes it: [new weight, new velocity].",
    taskInChinese: "带动量的 SGD 走一步（PyTorch 的写法）：返回 [新权重, 新速度]。",
    cases: [
      { given: [1, 0, 2, 0.1, 0.9], expected: [0.8, 2], because: "the velocity is 0.9·0 + 2" },
      {
        given: [0.8, 2, 2, 0.1, 0.9],
        expected: [0.42, 3.8],
        because: "velocity = momentum·velocity + gradient; weight −= rate·velocity",
      },
    ],
  }),
};
