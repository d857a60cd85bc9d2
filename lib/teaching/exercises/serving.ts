// Exercises of notebook 10, Serving.
import * as tf from "@tensorflow/tfjs";
import { show } from "../../engine/invalid.js";
import { exercise } from "../exercise.js";

/** Higher than wide and wider than high, so that rows taken for columns are seen. */
const pictures = [
  { height: 2, width: 3, pixels: [0, 255, 51, 102, 204, 153] },
  { height: 3, width: 1, pixels: [255, 0, 102] },
];

const numbers = (count: number) => Array.from({ length: count }, (_, i) => count - i);

const latencies: { milliseconds: number[]; percent: number; expected: number; because: string }[] = [
  { milliseconds: [10, 9, 100, 2], percent: 50, expected: 9, because: "numbers are sorted by size, not as text" },
  { milliseconds: numbers(20), percent: 95, expected: 19, because: "19 of 20 requests took no longer" },
  { milliseconds: numbers(200), percent: 99, expected: 198, because: "198 of 200 requests took no longer" },
  { milliseconds: [5, 1, 3], percent: 100, expected: 5, because: "no request took longer" },
  { milliseconds: [7], percent: 50, expected: 7, because: "there is no other" },
];

export const servingExercises = {
  pixelsToInput: exercise<(pixels: Uint8Array, height: number, width: number) => tf.Tensor>({
    lesson: "10-serving",
    task: "Make the model's input of one grey picture's pixels (0 to 255, row by row): a float32 tensor with the batch's axis, prepared as in training: divided by 255, then (x − 0.5) / 0.5.",
    taskInChinese:
      "把一张灰度图片的像素（0 到 255，逐行排列）变成模型的输入：带批次维度的 float32 张量，预处理与训练时相同：先除以 255，再做 (x − 0.5) / 0.5。",
    problemOf(answer) {
      for (const { height, width, pixels } of pictures) {
        const given = Uint8Array.from(pixels);
        const found: unknown = answer(given, height, width);
        const picture = `for a picture of ${height} × ${width} pixels it gives`;
        if (!(found instanceof tf.Tensor)) return `${picture} ${show(found)}; expected a tensor`;
        const shape = [1, height, width, 1].join(", ");
        if (found.shape.join(", ") !== shape)
          return `${picture} a tensor [${found.shape.join(", ")}]; expected [${shape}]: the batch first, also for one picture, then rows, columns, channels`;
        if (found.dtype !== "float32") return `${picture} ${found.dtype}; expected float32, as the weights are`;
        const values = found.dataSync();
        for (const [i, pixel] of pixels.entries()) {
          const expected = (pixel / 255 - 0.5) / 0.5;
          if (!(Math.abs((values[i] ?? Number.NaN) - expected) < 1e-5))
            return `the pixel ${pixel} (row ${Math.floor(i / width)}, column ${i % width}) becomes ${brief(values[i])}; expected ${brief(expected)}: divided by 255, then (x − 0.5) / 0.5, as in training`;
        }
        if (pixels.some((pixel, i) => given[i] !== pixel))
          return "it changes the pixels that it was given; expected them as they were, since they are the caller's";
      }
      return undefined;
    },
  }),

  latencyPercentile: exercise<(milliseconds: number[], percent: number) => number>({
    lesson: "10-serving",
    task: "Write the percentile of latencies by the nearest rank: the smallest of the times that at least so many percent of the requests did not exceed.",
    taskInChinese: "按最近秩写出延迟的百分位数：至少有这么多百分比的请求没有超过的、最小的那个耗时。",
    problemOf(answer) {
      for (const { milliseconds, percent, expected, because } of latencies) {
        const given = [...milliseconds];
        const found = answer(given, percent);
        const times = milliseconds.length > 4 ? `${milliseconds.length} down to 1 ms` : `${milliseconds.join(", ")} ms`;
        if (found !== expected)
          return `for ${times} it gives ${show(found)} as the ${percent}th percentile; expected ${expected}, since ${because}`;
        if (given.join() !== milliseconds.join())
          return "it changes the order of the list that it was given; expected it as it was, since it is the caller's";
      }
      return undefined;
    },
  }),
};

function brief(value: number | undefined): string {
  return String(Number(value?.toPrecision(4)));
}
