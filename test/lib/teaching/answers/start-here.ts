// Answers to the exercise of notebook 00.
import type * as tf from "@tensorflow/tfjs";
import type { Answers } from "./answers.js";

export const startHereAnswers: Record<string, Answers> = {
  meanBrightness: {
    right: {
      "the mean of the tensor, divided": (image: tf.Tensor2D) => (image.mean().dataSync()[0] ?? 0) / 255,
      "a loop over the pixels": (image: tf.Tensor2D) =>
        Array.from(image.dataSync()).reduce((sum, pixel) => sum + pixel, 0) / image.size / 255,
    },
    wrong: {
      "the mean of bytes": {
        answer: (image: tf.Tensor2D) => image.mean().dataSync()[0],
        says: /^for an image of 2 × 2 with the pixels 0, 255, 255, 0 it gives 127\.5; expected 0\.5, since half/,
      },
      "a tensor": { answer: (image: tf.Tensor2D) => image.mean().div(255), says: /gives a tensor; expected a number/ },
      "the brightest pixel": {
        answer: (image: tf.Tensor2D) => (image.max().dataSync()[0] ?? 0) / 255,
        says: /it gives 1; expected 0\.5/,
      },
      "whole numbers": {
        answer: (image: tf.Tensor2D) => Math.round((image.mean().dataSync()[0] ?? 0) / 255),
        says: /it gives 1; expected 0\.5/,
      },
      "the mean of each row's length": {
        answer: (image: tf.Tensor2D) => (image.sum().dataSync()[0] ?? 0) / image.shape[0] ** 2 / 255,
        says: /for an image of 1 × 4 .* expected 0\.05/,
      },
    },
  },
};
