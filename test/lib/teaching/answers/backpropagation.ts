// Answers to the exercises of notebook 03.
import type * as tf from "@tensorflow/tfjs";
import type { Answers } from "./answers.js";

type Step = (
  weight: number,
  velocity: number,
  gradient: number,
  learningRate: number,
  momentum: number,
) => { weight: number; velocity: number };

/** A step whose new velocity and way are as given. */
function step(
  next: (velocity: number, gradient: number, momentum: number, learningRate: number) => number,
  way: (next: number, velocity: number, learningRate: number) => number = (velocity, _, rate) => rate * velocity,
): Step {
  return (weight, velocity, gradient, learningRate, momentum) => {
    const after = next(velocity, gradient, momentum, learningRate);
    return { weight: weight - way(after, velocity, learningRate), velocity: after };
  };
}

type Backward = (x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D, dOut: tf.Tensor2D) => Record<string, tf.Tensor>;

const right: Backward = (x, w, b, dOut) => {
  const through = dOut.mul(x.matMul(w).add(b).greater(0).cast("float32")) as tf.Tensor2D;
  return { dx: through.matMul(w, false, true), dw: x.matMul(through, true), db: through.sum(0) };
};

export const backpropagationAnswers: Record<string, Answers> = {
  momentumStep: {
    right: { "PyTorch's form": step((velocity, gradient, momentum) => momentum * velocity + gradient) },
    wrong: {
      "a velocity that forgets": {
        answer: step((_, gradient) => gradient),
        says: /velocity 4, gradient 0, .* the new velocity is 0; expected 2, since where it is flat, it rolls on/,
      },
      "a mean of both": {
        answer: step((velocity, gradient, momentum) => momentum * velocity + (1 - momentum) * gradient),
        says: /gradient 2, learning rate 0\.5, momentum 0\.5 the new velocity is 3; expected 4/,
      },
      "the step by the old velocity": {
        answer: step(
          (velocity, gradient, momentum) => momentum * velocity + gradient,
          (_, velocity, rate) => rate * velocity,
        ),
        says: /the new weight is 1; expected 0/,
      },
      uphill: {
        answer: step(
          (velocity, gradient, momentum) => momentum * velocity + gradient,
          (velocity, _, rate) => -rate * velocity,
        ),
        says: /the new weight is 2; expected 0/,
      },
      "the learning rate within": {
        answer: step(
          (velocity, gradient, momentum, rate) => momentum * velocity + rate * gradient,
          (velocity) => velocity,
        ),
        says: /gradient 2, learning rate 0\.5, momentum 0 the new velocity is 1; expected 2/,
      },
      "nothing returned": { answer: () => undefined, says: /the new velocity is undefined; expected 2/ },
    },
  },
  reluLayerBackward: {
    right: { "the chain rule": right },
    wrong: {
      "no mask": {
        answer: ((x, w, _, dOut) => ({
          dx: dOut.matMul(w, false, true),
          dw: x.matMul(dOut, true),
          db: dOut.sum(0),
        })) satisfies Backward,
        says: /x \[1, 2\] and w \[2, 1\], dx has .* as its number 1; expected 0\.0000, since .*where ReLU lets it through/,
      },
      "a bias for each sample": {
        answer: ((x, w, b, dOut) => {
          const { dx, dw } = right(x, w, b, dOut) as { dx: tf.Tensor; dw: tf.Tensor };
          return { dx, dw, db: dOut.mul(x.matMul(w).add(b).greater(0).cast("float32")) };
        }) satisfies Backward,
        says: /db has the shape \[1, 1\]; expected \[1\], since .*sum over the samples/,
      },
      "the mean over the samples": {
        answer: ((x, w, b, dOut) => {
          const { dx, dw, db } = right(x, w, b, dOut) as { dx: tf.Tensor; dw: tf.Tensor; db: tf.Tensor };
          return { dx, dw: dw.div(x.shape[0]), db: db.div(x.shape[0]) };
        }) satisfies Backward,
        says: /x \[3, 4\] and w \[4, 2\], dw has .*x transposed/,
      },
      "the mask of the gradient": {
        answer: ((x, w, _, dOut) => {
          const through = dOut.relu();
          return { dx: through.matMul(w, false, true), dw: x.matMul(through, true), db: through.sum(0) };
        }) satisfies Backward,
        says: /dx has 0\.0000 as .*where ReLU lets it through/,
      },
      "without transposing": {
        answer: ((x, w, _, dOut) => ({
          dx: dOut.matMul(w),
          dw: x.matMul(dOut),
          db: dOut.sum(0),
        })) satisfies Backward,
        says: /throws Error: .*matMul/,
      },
      "nothing returned": { answer: () => undefined, says: /dx is undefined; expected a tensor \[1, 2\]/ },
    },
  },
};
