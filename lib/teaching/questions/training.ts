// Questions about notebook 02, Training a CNN.
import { onCases } from "./cases.js";

export const trainingQuestions = {
  convolutionSize: onCases<[size: number, kernel: number, stride: number, padding: number], number>({
    lesson: "02-training-a-cnn",
    task: "How wide is a convolution's output, by the input's size, kernel, stride and padding (on each side)?",
    taskInChinese: "由输入尺寸、卷积核、步长和（每侧）填充计算卷积输出的宽度。",
    cases: [
      { given: [32, 5, 1, 0], expected: 28, because: "a kernel of 5 has 28 places in 32 pixels" },
      { given: [28, 3, 1, 1], expected: 28, because: "padding is on both sides" },
      { given: [28, 3, 2, 0], expected: 13, because: "a stride of 2 takes every second place, rounded down" },
      { given: [224, 7, 2, 3], expected: 112, because: "that is a ResNet's first layer" },
    ],
  }),
  convolutionParameters: onCases<[kernel: number, channels: number, filters: number], number>({
    lesson: "02-training-a-cnn",
    task: "How many parameters has a 2-D convolution with a bias, by its kernel's side, its input's channels, its filters?",
    taskInChinese: "带偏置的二维卷积有多少参数？已知卷积核边长、输入通道数、卷积核个数。",
    cases: [
      { given: [5, 1, 6], expected: 156, because: "(5·5·1 + 1)·6" },
      { given: [5, 6, 16], expected: 2416, because: "each filter sees all input channels: (5·5·6 + 1)·16" },
    ],
  }),
  softmax: onCases<[logits: readonly number[]], readonly number[]>({
    lesson: "02-training-a-cnn",
    task: "Write softmax so that it holds for large logits too.",
    taskInChinese: "实现 softmax，并保证对很大的 logits 也不溢出。",
    cases: [
      { given: [[0, 0]], expected: [0.5, 0.5], because: "equal logits have equal shares" },
      { given: [[1, 2, 3]], expected: [0.09003057, 0.24472847, 0.66524096], because: "eˣ over the sum of all eˣ" },
      { given: [[1000, 1000]], expected: [0.5, 0.5], because: "e¹⁰⁰⁰ overflows; subtract the largest logit first" },
    ],
  }),
  crossEntropy: onCases<[logits: readonly number[], label: number], number>({
    lesson: "02-training-a-cnn",
    task: "Cross-entropy of one sample from its logits and its label (natural logarithm), stable for large logits.",
    taskInChinese: "由一个样本的 logits 和标签计算交叉熵（自然对数），大数值时也要稳定。",
    cases: [
      { given: [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 3], expected: Math.log(10), because: "a guess among ten costs ln 10" },
      { given: [[2, 0], 1], expected: Math.log(1 + Math.exp(2)), because: "−log of the label's softmax" },
      {
        given: [[0, 1000], 0],
        expected: 1000,
        because: "log-sum-exp less the label's logit; the softmax alone is 0 there",
      },
    ],
  }),
  stepsPerEpoch: onCases<[samples: number, batchSize: number, dropLast: boolean], number>({
    lesson: "02-training-a-cnn",
    task: "How many updates has one epoch?",
    taskInChinese: "一个轮次（epoch）包含多少次参数更新？",
    cases: [
      { given: [1000, 32, false], expected: 32, because: "the last batch is small, and a batch all the same" },
      { given: [1000, 32, true], expected: 31, because: "the small one is dropped" },
      { given: [960, 32, true], expected: 30, because: "no batch is small there" },
      { given: [960, 32, false], expected: 30, because: "960 are thirty whole batches" },
    ],
  }),
};
