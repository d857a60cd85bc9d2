// A model that needs no training, for the tests of checks of models.
import * as tf from "@tensorflow/tfjs";

/** Scores of two classes: how bright the left and the right half of an image are. */
export const leftOrRight = (images: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const [n = 0, height = 0, width = 0, channels = 0] = images.shape;
    const half = (from: number) =>
      tf.mean(tf.slice4d(images as tf.Tensor4D, [0, 0, from, 0], [n, height, width / 2, channels]), [1, 2, 3]);
    return tf.stack([half(0), half(width / 2)], 1);
  });
