// The exercise of notebook 00, Start here.
import * as tf from "@tensorflow/tfjs";
import { exercise } from "../exercise.js";

const images: { shape: [number, number]; pixels: number[]; expected: number; because: string }[] = [
  { shape: [2, 2], pixels: [0, 255, 255, 0], expected: 0.5, because: "half of the pixels are white" },
  { shape: [1, 4], pixels: [0, 0, 0, 51], expected: 0.05, because: "51 is a fifth of white, in one pixel of four" },
  { shape: [3, 2], pixels: [255, 255, 255, 255, 255, 255], expected: 1, because: "all pixels are white" },
];

export const startHereExercises = {
  meanBrightness: exercise<(image: tf.Tensor2D) => number>({
    lesson: "00-start-here",
    task: "Write the mean brightness of a grey image, from 0 for black to 1 for white. Its pixels are bytes, from 0 to 255.",
    taskInChinese: "计算灰度图像的平均亮度：黑为 0，白为 1。像素是 0 到 255 的字节。",
    problemOf(answer) {
      for (const { shape, pixels, expected, because } of images) {
        const image = tf.tensor2d(pixels, shape, "int32");
        const found: unknown = answer(image);
        if (found instanceof tf.Tensor)
          return "it gives a tensor; expected a number: dataSync()[0] is the tensor's first one";
        if (typeof found !== "number" || !(Math.abs(found - expected) < 1e-6))
          return `for an image of ${shape.join(" × ")} with the pixels ${pixels.join(", ")} it gives ${String(found)}; expected ${expected}, since ${because}`;
      }
      return undefined;
    },
  }),
};
