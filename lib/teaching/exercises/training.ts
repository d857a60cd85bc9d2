// Exercises of notebook 02, Training a CNN.
import * as tf from "@tensorflow/tfjs";
import { exercise, type Problem } from "../exercise.js";

const sizes: { given: [size: number, kernel: number, stride: number, padding: number]; expected: number }[] = [
  { given: [32, 5, 1, 0], expected: 28 },
  { given: [28, 2, 2, 0], expected: 14 },
  { given: [32, 3, 1, 1], expected: 32 },
  { given: [5, 2, 2, 0], expected: 2 },
  { given: [224, 7, 2, 3], expected: 112 },
];

export const trainingExercises = {
  outputSize: exercise<(size: number, kernel: number, stride: number, padding: number) => number>({
    lesson: "02-training-a-cnn",
    task: "Write how wide a convolution's output is, from the input's width, the kernel, the stride and the padding.",
    taskInChinese: "根据输入宽度、卷积核大小、步长和填充，写出卷积输出的宽度。",
    problemOf(answer) {
      for (const { given, expected } of sizes) {
        const found = answer(...given);
        const [size, kernel, stride, padding] = given;
        if (found !== expected)
          return `for size ${size}, kernel ${kernel}, stride ${stride}, padding ${padding} it gives ${found}; expected ${expected}, since ${reason(given)}`;
      }
      return undefined;
    },
  }),
  digitNet: exercise<() => tf.LayersModel>({
    lesson: "02-training-a-cnn",
    task: "Write a function that builds a CNN for MNIST as it comes, 28 × 28 × 1: two convolutions, each with pooling after it, and ten logits.",
    taskInChinese: "写一个函数，为原始大小 28×28×1 的 MNIST 搭建一个 CNN：两层卷积，每层之后接池化，输出十个 logits。",
    problemOf(answer) {
      const model = answer();
      if (!(model instanceof tf.LayersModel))
        return `it gives ${String(model)}; expected a model, as tf.sequential makes it`;
      const problem = shapeProblem(model) ?? layerProblem(model) ?? logitsProblem(model);
      model.dispose();
      return problem;
    },
  }),
};

function reason([size, kernel, stride, padding]: [number, number, number, number]): string {
  const room = size + 2 * padding - kernel;
  const places = `the kernel can move by ${size} + 2·${padding} − ${kernel} = ${room}`;
  if (room % stride)
    return `${places}, which is ${Math.floor(room / stride)} whole steps of ${stride}, and stands in one place more`;
  return `${places}, ${room / stride} steps of ${stride}, and stands in one place more`;
}

function shapeProblem(model: tf.LayersModel): Problem {
  const [input, output] = [model.inputs[0]?.shape.slice(1) ?? [], model.outputs[0]?.shape.slice(1) ?? []];
  if (String(input) !== "28,28,1")
    return `it takes images of [${input.join(", ")}]; expected [28, 28, 1], without resizing`;
  if (String(output) !== "10") return `it gives [${output.join(", ")}] for an image; expected [10], one number a class`;
  return undefined;
}

function layerProblem(model: tf.LayersModel): Problem {
  const kinds = model.layers
    .map((layer) => layer.getClassName())
    .map((kind) => (kind === "Conv2D" ? "convolution" : kind.endsWith("Pooling2D") ? "pooling" : ""))
    .filter(Boolean);
  const wanted = ["convolution", "pooling", "convolution", "pooling"];
  if (String(kinds) === String(wanted)) return undefined;
  return `it has ${kinds.join(", ") || "neither convolution nor pooling"}; expected ${wanted.join(", ")}`;
}

/** Probabilities are between 0 and 1 and add up to 1; logits of random images don't. */
function logitsProblem(model: tf.LayersModel): Problem {
  const images = tf.randomNormal([8, 28, 28, 1], 0, 3, "float32", 1);
  const rows = (model.predict(images) as tf.Tensor2D).arraySync();
  const wrong = rows.flat().find((value) => !Number.isFinite(value));
  if (wrong !== undefined) return `it gives ${wrong} for an image of random numbers; expected finite numbers`;
  if (rows.every((row) => Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-4))
    return "what it gives adds up to 1: those are probabilities; expected logits, the last layer without softmax";
  if (rows.every((row) => row.every((value) => value >= 0)))
    return "what it gives is never below 0; expected logits, the last layer without ReLU or sigmoid";
  return undefined;
}
