// Answers to the exercises of notebook 10.
import * as tf from "@tensorflow/tfjs";
import type { Answers } from "./answers.js";

const shares = (pixels: Uint8Array) => Float32Array.from(pixels, (pixel) => (pixel / 255 - 0.5) / 0.5);

export const servingAnswers: Record<string, Answers> = {
  pixelsToInput: {
    right: {
      "numbers made before the tensor": (pixels: Uint8Array, height: number, width: number) =>
        tf.tensor(shares(pixels), [1, height, width, 1]),
      "a tensor that is changed": (pixels: Uint8Array, height: number, width: number) =>
        tf.tidy(() =>
          tf.tensor3d(Float32Array.from(pixels), [height, width, 1]).div(255).sub(0.5).div(0.5).expandDims(0),
        ),
    },
    wrong: {
      "no axis for the batch": {
        answer: (pixels: Uint8Array, height: number, width: number) => tf.tensor(shares(pixels), [height, width, 1]),
        says: /2 × 3 pixels it gives a tensor \[2, 3, 1\]; expected \[1, 2, 3, 1\]: the batch first/,
      },
      "PyTorch's order of the axes": {
        answer: (pixels: Uint8Array, height: number, width: number) => tf.tensor(shares(pixels), [1, 1, height, width]),
        says: /gives a tensor \[1, 1, 2, 3\]; expected \[1, 2, 3, 1\]/,
      },
      "bytes as they are": {
        answer: (pixels: Uint8Array, height: number, width: number) =>
          tf.tensor(Float32Array.from(pixels), [1, height, width, 1]),
        says: /the pixel 0 \(row 0, column 0\) becomes 0; expected -1: divided by 255/,
      },
      "whole numbers": {
        answer: (pixels: Uint8Array, height: number, width: number) =>
          tf.tensor(pixels, [1, height, width, 1], "int32"),
        says: /gives int32; expected float32/,
      },
      "divided by 255 only": {
        answer: (pixels: Uint8Array, height: number, width: number) =>
          tf.tensor(Float32Array.from(pixels), [1, height, width, 1]).div(255),
        says: /the pixel 0 .* becomes 0; expected -1/,
      },
      "a list": {
        answer: (pixels: Uint8Array) => Array.from(shares(pixels)),
        says: /it gives \[-1, 1, .*; expected a tensor/,
      },
      "an array that is not its own": {
        answer: (pixels: Uint8Array, height: number, width: number) => {
          const input = tf.tensor(shares(pixels), [1, height, width, 1]);
          pixels.fill(0);
          return input;
        },
        says: /it changes the pixels/,
      },
    },
  },

  latencyPercentile: {
    right: {
      "the nearest rank": (milliseconds: readonly number[], percent: number) =>
        [...milliseconds].sort((a, b) => a - b)[Math.ceil((percent / 100) * milliseconds.length) - 1],
      counting: (milliseconds: readonly number[], percent: number) =>
        Math.min(
          ...milliseconds.filter(
            (time) => 100 * milliseconds.filter((other) => other <= time).length >= percent * milliseconds.length,
          ),
        ),
    },
    wrong: {
      "sorting as text": {
        answer: (milliseconds: readonly number[], percent: number) =>
          [...milliseconds].sort()[Math.ceil((percent / 100) * milliseconds.length) - 1],
        says: /for 10, 9, 100, 2 ms it gives 100 as the 50th percentile; expected 9, since numbers are sorted by size/,
      },
      "the mean": {
        answer: (milliseconds: readonly number[]) =>
          milliseconds.reduce((sum, time) => sum + time, 0) / milliseconds.length,
        says: /it gives 30\.25 as the 50th percentile; expected 9/,
      },
      "one rank too far": {
        answer: (milliseconds: readonly number[], percent: number) =>
          [...milliseconds].sort((a, b) => a - b)[Math.floor((percent / 100) * milliseconds.length)],
        says: /it gives 10 as the 50th percentile; expected 9/,
      },
      "sorting the list itself": {
        answer: (milliseconds: number[], percent: number) =>
          milliseconds.sort((a, b) => a - b)[Math.ceil((percent / 100) * milliseconds.length) - 1],
        says: /it changes the order of the list/,
      },
    },
  },
};
