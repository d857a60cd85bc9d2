// Exercises of notebook 08, Export.
import { show } from "../../engine/invalid.js";
import { exercise } from "../exercise.js";

/** Of a convolution, in the order of TensorFlow. */
export type KernelShape = readonly [height: number, width: number, inputs: number, outputs: number];

const comparisons: { expected: number[]; found: number[]; difference: number; because: string }[] = [
  { expected: [1, 2], found: [1, 2], difference: 0, because: "they are the same" },
  { expected: [0.5, -0.5], found: [0.5, -0.25], difference: 0.25, because: "small answers are compared as they are" },
  {
    expected: [0.5, -0.5],
    found: [0.25, -0.5],
    difference: 0.25,
    because: "a difference counts in either direction",
  },
  {
    expected: [1000, 1],
    found: [1001, 1],
    difference: 0.001,
    because: "a difference is divided by the answer's size where that is above 1",
  },
  {
    expected: [-1000, 1],
    found: [-1001, 1],
    difference: 0.001,
    because: "the size of an answer is without its sign",
  },
  {
    expected: [1, 2, 3],
    found: [1, Number.NaN, 3],
    difference: Number.POSITIVE_INFINITY,
    because: "a file that answers NaN must not pass, and NaN is neither above nor below a tolerance",
  },
  {
    expected: [1, 2, 3],
    found: [1, 2],
    difference: Number.POSITIVE_INFINITY,
    because: "a missing answer is no equal one",
  },
];

const shapes: KernelShape[] = [
  [1, 1, 2, 3],
  [2, 3, 1, 1],
  [3, 2, 2, 4],
];

export const exportExercises = {
  largestDifference: exercise<(expected: number[], found: number[]) => number>({
    lesson: "08-export",
    task: "Compare a file's answers with the model's: the largest |found − expected| / max(1, |expected|); Infinity where an answer is missing or NaN.",
    taskInChinese:
      "比较导出文件与原模型的输出：返回 |found − expected| / max(1, |expected|) 的最大值；若有缺失或 NaN，则返回 Infinity。",
    problemOf(answer) {
      for (const { expected, found, difference, because } of comparisons) {
        const given = answer([...expected], [...found]);
        if (!(given === difference || Math.abs(given - difference) < 1e-9))
          return `for the model's ${show(expected)} and the file's ${show(found)} it gives ${given}; expected ${difference}, since ${because}`;
      }
      return undefined;
    },
  }),

  torchKernel: exercise<(values: number[], shape: KernelShape) => ArrayLike<number>>({
    lesson: "08-export",
    task: "Bring a convolution's weights from TensorFlow's order [height, width, inputs, outputs] into PyTorch's [outputs, inputs, height, width]; both are flat lists whose last axis runs fastest.",
    taskInChinese:
      "把卷积核从 TensorFlow 的顺序 [高, 宽, 输入, 输出] 转成 PyTorch 的 [输出, 输入, 高, 宽]；两者都是扁平数组，最后一维变化最快。",
    problemOf(answer) {
      for (const shape of shapes) {
        const size = shape.reduce((product, length) => product * length, 1);
        const found = answer(
          Array.from({ length: size }, (_, i) => i),
          shape,
        );
        if (found?.length !== size)
          return `for the shape ${show(shape)} it gives ${show(found)}; expected ${size} numbers`;
        const expected = torchOrder(shape);
        const wrong = expected.findIndex((place, i) => found[i] !== place);
        if (wrong >= 0)
          return `for the weights 0, 1, 2, … of shape [${shape.join(", ")}], number ${wrong} is ${found[wrong]}; expected ${expected[wrong]}, the weight ${placeOf(wrong, shape)}`;
      }
      return undefined;
    },
  }),
};

/** Where each of PyTorch's weights is among TensorFlow's. */
function torchOrder([height, width, inputs, outputs]: KernelShape): number[] {
  const places: number[] = [];
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          places.push(((row * width + column) * inputs + input) * outputs + output);
  return places;
}

function placeOf(i: number, [height, width, inputs]: KernelShape): string {
  const [column, row] = [i % width, Math.floor(i / width) % height];
  const input = Math.floor(i / (width * height)) % inputs;
  return `of output ${Math.floor(i / (width * height * inputs))}, input ${input}, row ${row}, column ${column}`;
}
