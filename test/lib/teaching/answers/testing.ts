// Answers to the exercises of notebook 12: tests, and tests that let something through.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import type { Answers } from "./answers.js";

type Classify = (images: tf.Tensor) => tf.Tensor;

const noise = (count: number) => tf.randomUniform([count, 8, 8, 1], 0, 1, "float32", 1);

function normal(classify: Classify): void {
  const answer = classify(noise(5));
  assert.deepEqual(answer.shape, [5, 3]);
  for (const sum of answer.sum(1).dataSync()) assert.ok(Math.abs(sum - 1) < 1e-4);
}

function black(classify: Classify): void {
  for (const sum of classify(tf.zeros([1, 8, 8, 1]))
    .sum(1)
    .dataSync())
    assert.ok(Math.abs(sum - 1) < 1e-4);
}

function alone(classify: Classify): void {
  const images = noise(4);
  const among = classify(images).slice([0, 0], [1, 3]).dataSync();
  const single = classify(images.slice([0, 0, 0, 0], [1, 8, 8, 1])).dataSync();
  single.forEach((share, i) => {
    assert.ok(Math.abs(share - (among[i] ?? 0)) < 1e-4);
  });
}

function wrong(classify: Classify): void {
  assert.throws(() => classify(tf.zeros([8, 8, 1])));
}

const all = [normal, black, alone, wrong];
const but = (left: (classify: Classify) => void) => (classify: Classify) => {
  for (const test of all) if (test !== left) test(classify);
};

export const testingAnswers: Record<string, Answers> = {
  testOfAClassifier: {
    right: {
      "all four": (classify: Classify) => {
        for (const test of all) test(classify);
      },
      "a promise of them": async (classify: Classify) => {
        for (const test of all.toReversed()) test(classify);
      },
    },
    wrong: {
      "no test at all": { answer: () => undefined, says: /passes a classifier that answers the first image only/ },
      "a result that nobody looks at": {
        answer: (classify: Classify) => classify(noise(5)).shape[0] === 5,
        says: /passes a classifier that answers the first image only/,
      },
      "no normal input": { answer: but(normal), says: /passes a classifier that answers (the first image|scores)/ },
      "no black image": { answer: but(black), says: /passes a classifier that answers a black image, .* with NaN/ },
      "a comparison that NaN passes": {
        answer: (classify: Classify) => {
          but(black)(classify);
          for (const sum of classify(tf.zeros([1, 8, 8, 1]))
            .sum(1)
            .dataSync())
            if (Math.abs(sum - 1) > 1e-4) throw new Error(`${sum}`);
        },
        says: /black image, all of it 0, with NaN/,
      },
      "no image alone": { answer: but(alone), says: /otherwise when it is among others/ },
      "no wrong input": { answer: but(wrong), says: /takes an image without the batch's axis/ },
      "the answer of one model": {
        answer: (classify: Classify) => {
          const [first = 0] = classify(tf.ones([1, 8, 8, 1])).dataSync();
          assert.ok(first > 0.9, `class 0 has ${first.toFixed(1)}`);
        },
        says: /fails a classifier that does all it should \(class 0 has 0\.\d\); a test must pass for any weights/,
      },
    },
  },
};
