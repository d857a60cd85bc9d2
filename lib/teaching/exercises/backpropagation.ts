// Exercises of notebook 03, Backpropagation by hand.
import * as tf from "@tensorflow/tfjs";
import { exercise, type Problem } from "../exercise.js";

/** A weight and its velocity after a step. */
export interface MomentumStep {
  weight: number;
  velocity: number;
}

/** Of a loss with respect to a layer's input, weights and bias, each in the shape of what it belongs to. */
export interface LayerGradients {
  dx: tf.Tensor;
  dw: tf.Tensor;
  db: tf.Tensor;
}

type LayerBackward = (x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D, dOut: tf.Tensor2D) => LayerGradients;

const steps: { given: [number, number, number, number, number]; expected: MomentumStep; because: string }[] = [
  { given: [1, 0, 2, 0.5, 0], expected: { weight: 0, velocity: 2 }, because: "without momentum it is plain SGD" },
  { given: [1, 4, 0, 0.5, 0.5], expected: { weight: 0, velocity: 2 }, because: "where it is flat, it rolls on" },
  {
    given: [1, 4, 2, 0.5, 0.5],
    expected: { weight: -1, velocity: 4 },
    because: "the velocity is momentum · velocity + gradient, and the weight goes against the new velocity",
  },
  {
    given: [3, -10, 1, 0.125, 0.9],
    expected: { weight: 4, velocity: -8 },
    because: "the velocity is not scaled by the learning rate, the step is",
  },
];

const reasons = {
  dx: "it is the incoming gradient, where ReLU lets it through, times w transposed",
  dw: "it is x transposed times the incoming gradient, where ReLU lets it through",
  db: "each bias is added to every sample, so its gradient is the sum over the samples",
};

export const backpropagationExercises = {
  momentumStep: exercise<
    (weight: number, velocity: number, gradient: number, learningRate: number, momentum: number) => MomentumStep
  >({
    lesson: "03-backpropagation-by-hand",
    task: "Write one step of SGD with momentum for one weight, as PyTorch does it: the new weight and the new velocity.",
    taskInChinese: "写出单个权重的一步带动量的 SGD（PyTorch 的写法），返回新的权重和新的速度。",
    problemOf(answer) {
      for (const { given, expected, because } of steps) {
        const found = answer(...given);
        const [weight, velocity, gradient, learningRate, momentum] = given;
        const asked = `weight ${weight}, velocity ${velocity}, gradient ${gradient}, learning rate ${learningRate}, momentum ${momentum}`;
        for (const name of ["velocity", "weight"] as const)
          if (!(Math.abs(found?.[name] - expected[name]) < 1e-9))
            return `for ${asked} the new ${name} is ${found?.[name]}; expected ${expected[name]}, since ${because}`;
      }
      return undefined;
    },
  }),
  reluLayerBackward: exercise<LayerBackward>({
    lesson: "03-backpropagation-by-hand",
    task: "Write the gradients of relu(x·w + b) with respect to x, w and b, from the gradient of its output.",
    taskInChinese: "已知输出的梯度，写出 relu(x·w + b) 对 x、w、b 的梯度。",
    problemOf(answer) {
      for (const [samples, inputs, outputs] of [
        [1, 2, 1],
        [3, 4, 2],
      ] as const) {
        const problem = layerProblem(answer, samples, inputs, outputs);
        if (problem) return `for x [${samples}, ${inputs}] and w [${inputs}, ${outputs}], ${problem}`;
      }
      return undefined;
    },
  }),
};

function layerProblem(answer: LayerBackward, samples: number, inputs: number, outputs: number): Problem {
  const x = tf.randomNormal<tf.Rank.R2>([samples, inputs], 0, 1, "float32", 1);
  const w = tf.randomNormal<tf.Rank.R2>([inputs, outputs], 0, 1, "float32", 4);
  // Of a single sample, one sum below 0: what ReLU holds back is seen at once.
  const sums = x.matMul(w);
  const b = (samples === 1 ? sums.mul(-1).sub(0.5) : sums.mean(0).mul(-1)).reshape([outputs]) as tf.Tensor1D;
  const dOut = tf.randomNormal<tf.Rank.R2>([samples, outputs], 1, 1, "float32", 7);
  const layer = (...[x, w, b]: tf.Tensor[]) =>
    tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b as tf.Tensor));
  const [dx, dw, db] = tf.grads(layer)([x, w, b], dOut);
  const found = answer(x, w, b, dOut);
  for (const [name, expected] of Object.entries({ dx, dw, db })) {
    const key = name as keyof LayerGradients;
    const problem = tensorProblem(found?.[key], expected as tf.Tensor);
    if (problem) return `${name} ${problem}, since ${reasons[key]}`;
  }
  return undefined;
}

function tensorProblem(found: unknown, expected: tf.Tensor): Problem {
  if (!(found instanceof tf.Tensor)) return `is ${String(found)}; expected a tensor [${expected.shape.join(", ")}]`;
  if (String(found.shape) !== String(expected.shape))
    return `has the shape [${found.shape.join(", ")}]; expected [${expected.shape.join(", ")}]`;
  const [values, wanted] = [found.dataSync(), expected.dataSync()];
  const wrong = Array.from(wanted).findIndex((value, i) => !(Math.abs((values[i] ?? Number.NaN) - value) < 1e-4));
  if (wrong < 0) return undefined;
  return `has ${values[wrong]?.toFixed(4)} as its number ${wrong + 1}; expected ${wanted[wrong]?.toFixed(4)}`;
}
