// Answers to the exercises of notebook 02.
import * as tf from "@tensorflow/tfjs";
import type { Answers } from "./answers.js";

type Size = (size: number, kernel: number, stride: number, padding: number) => number;

interface Net {
  size?: number;
  convolutions?: number;
  classes?: number;
  pools?: boolean;
  activation?: "softmax" | "relu";
}

function net({ size = 28, convolutions = 2, classes = 10, pools = true, activation }: Net): () => tf.LayersModel {
  return () => {
    const model = tf.sequential();
    model.add(tf.layers.inputLayer({ inputShape: [size, size, 1] }));
    for (let i = 0; i < convolutions; i++) {
      model.add(tf.layers.conv2d({ filters: 4, kernelSize: 5, activation: "relu" }));
      if (pools) model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
    }
    model.add(tf.layers.flatten());
    model.add(tf.layers.dense({ units: classes, ...(activation && { activation }) }));
    return model;
  };
}

export const trainingAnswers: Record<string, Answers> = {
  outputSize: {
    right: {
      "the formula": ((size, kernel, stride, padding) =>
        Math.floor((size + 2 * padding - kernel) / stride) + 1) satisfies Size,
    },
    wrong: {
      "without the place it starts in": {
        answer: ((size, kernel, stride, padding) => Math.floor((size + 2 * padding - kernel) / stride)) satisfies Size,
        says: /size 32, kernel 5, stride 1, padding 0 it gives 27; expected 28, since .*one place more/,
      },
      "with padding on one side": {
        answer: ((size, kernel, stride, padding) => Math.floor((size + padding - kernel) / stride) + 1) satisfies Size,
        says: /kernel 3, stride 1, padding 1 it gives 31; expected 32, since .*32 \+ 2·1 − 3 = 31/,
      },
      "with a part of a step": {
        answer: ((size, kernel, stride, padding) => (size + 2 * padding - kernel) / stride + 1) satisfies Size,
        says: /size 5, kernel 2, stride 2, padding 0 it gives 2\.5; expected 2, since .*1 whole steps? of 2/,
      },
      "rounding up": {
        answer: ((size, kernel, stride, padding) =>
          Math.ceil((size + 2 * padding - kernel) / stride) + 1) satisfies Size,
        says: /it gives 3; expected 2/,
      },
    },
  },
  digitNet: {
    right: { "two convolutions with pooling": net({}) },
    wrong: {
      "images of 32": { answer: net({ size: 32 }), says: /takes images of \[32, 32, 1\]; expected \[28, 28, 1\]/ },
      "nine classes": { answer: net({ classes: 9 }), says: /gives \[9\] for an image; expected \[10\]/ },
      "one convolution": {
        answer: net({ convolutions: 1 }),
        says: /has convolution, pooling; expected convolution, pooling, convolution, pooling/,
      },
      "no pooling": { answer: net({ pools: false }), says: /has convolution, convolution; expected/ },
      "dense layers alone": { answer: net({ convolutions: 0 }), says: /neither convolution nor pooling/ },
      probabilities: { answer: net({ activation: "softmax" }), says: /adds up to 1.*without softmax/ },
      "scores cut at 0": { answer: net({ activation: "relu" }), says: /never below 0.*without ReLU/ },
      "what is no model": { answer: () => undefined, says: /it gives undefined; expected a model/ },
    },
  },
};
