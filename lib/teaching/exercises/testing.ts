// Exercises of notebook 12, Testing and CI: a test is judged by what it lets through.
import * as tf from "@tensorflow/tfjs";
import { exercise } from "../exercise.js";

/** From images [n, 8, 8, 1] to probabilities [n, 3]. */
export type Classifier = (images: tf.Tensor) => tf.Tensor;

const [side, classes] = [8, 3];

/** One row of probabilities an image; refuses what is no batch of images. */
function classifier(
  seed: number,
  around: (scores: tf.Tensor2D, images: tf.Tensor4D) => tf.Tensor = softmax,
): Classifier {
  return (images) => {
    const [, ...shape] = images.shape;
    if (shape.join() !== [side, side, 1].join())
      throw new Error(`expected images [n, ${side}, ${side}, 1]: [${images.shape.join(", ")}]`);
    return tf.tidy(() => around(scoresOf(images, seed), images as tf.Tensor4D));
  };
}

function scoresOf(images: tf.Tensor, seed: number): tf.Tensor2D {
  const weights = tf.randomNormal([side * side, classes], 0, 0.3, "float32", seed);
  return tf.matMul(images.reshape([-1, side * side]).toFloat(), weights);
}

function softmax(scores: tf.Tensor2D): tf.Tensor {
  return tf.softmax(scores);
}

/** Their weights differ, so that no test may count on certain answers. */
const right = [classifier(1), classifier(2)];

const broken: readonly { what: string; classify: Classifier }[] = [
  {
    what: "answers the first image only",
    classify: classifier(3, (scores) => softmax(scores.slice([0, 0], [Math.min(1, scores.shape[0]), classes]))),
  },
  {
    what: "answers scores, which don't add up to 1, instead of probabilities",
    classify: classifier(4, (scores) => scores),
  },
  {
    what: "answers a black image, all of it 0, with NaN",
    classify: classifier(5, (scores, images) => softmax(scores.div(images.mean([1, 2])) as tf.Tensor2D)),
  },
  {
    what: "answers an image otherwise when it is among others than when it is alone",
    classify: classifier(6, (scores) => softmax(scores.sub(scores.mean(0)) as tf.Tensor2D)),
  },
  {
    what: "takes an image without the batch's axis, [8, 8, 1], and answers",
    classify: (images) => tf.tidy(() => softmax(scoresOf(images, 7))),
  },
];

export const testingExercises = {
  testOfAClassifier: exercise<(classify: Classifier) => unknown>({
    lesson: "12-testing-and-ci",
    task: "Write a test of a classifier that takes images [n, 8, 8, 1] with values from 0 to 1 and answers probabilities [n, 3]. It throws when the classifier is broken: normal input (as many rows as images, each adding up to 1), boundary input (a black image; an image alone as among others), wrong input (no batch axis: refused).",
    taskInChinese:
      "为一个分类器写测试：输入图片 [n, 8, 8, 1]，取值 0 到 1，输出概率 [n, 3]。分类器有错时测试要抛出异常：正常输入（行数等于图片数，每行之和为 1）、边界输入（全黑图片；单张与成批结果一致）、异常输入（缺少批次维度时应拒绝）。",
    async problemOf(answer) {
      for (const classify of right) {
        const failure = await failureOf(() => answer(classify));
        if (failure !== undefined)
          return `it fails a classifier that does all it should (${failure}); a test must pass for any weights`;
      }
      for (const { what, classify } of broken)
        if ((await failureOf(() => answer(classify))) === undefined)
          return `it passes a classifier that ${what}; expected an error`;
      return undefined;
    },
  }),
};

async function failureOf(test: () => unknown): Promise<string | undefined> {
  try {
    await test();
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
  }
}
